#include "multipath/command/shared_options.h"

#include <ostream>

#include <fmt/format.h>

#include "multipath/command/values.h"
#include "multipath/view/text.h"

namespace multipath {

void SharedOptions::declare_output(Options& options) { options.flag("json", json, "print JSON"); }

void SharedOptions::declare_questions(Options& options) {
  options
      .value(
          "whitelist", "RULE", [this](const std::string& text) { whitelist.take(text); },
          WhitelistOption::help)
      .flag("allow-unlisted", whitelist.any, WhitelistOption::any_help)
      .value(
          "deadline", "SECONDS",
          [this](const std::string& text) { deadline = parse_seconds(text); },
          "how long a device may take to answer (checker_timeout, else 5)");
}

DiscoveryOptions SharedOptions::discovery_options(const Configuration& configuration) const {
  DiscoveryOptions discovery_options;
  discovery_options.whitelist = whitelist.value();
  discovery_options.deadline = deadline.value_or(device_deadline(configuration));
  discovery_options.configuration = configuration;
  return discovery_options;
}

namespace {

template <typename Found>
std::optional<Found> found_or_reported(Context& context, tl::expected<Found, Words> found) {
  if (found) return std::move(*found);
  for (const std::string& word : found.error())
    context.err << fmt::format("multipath: {}: no such device on this host\n", printable(word));
  return std::nullopt;
}

}  // namespace

std::optional<std::vector<Target>> find_targets(Context& context,
                                                const std::vector<std::string>& words) {
  return found_or_reported(context, find_targets(context.host, words));
}

std::optional<std::vector<std::string>> find_knames(Context& context,
                                                    const std::vector<std::string>& words) {
  return found_or_reported(context, find_knames(context.host, words));
}

ExitStatus with_unmatched(Context& context, const std::vector<std::string>& words,
                          ExitStatus status) {
  for (const std::string& word : words)
    context.err << fmt::format("multipath: {}: nothing such\n", printable(word));
  return !words.empty() && status == ExitStatus::done ? ExitStatus::not_found : status;
}

}  // namespace multipath
