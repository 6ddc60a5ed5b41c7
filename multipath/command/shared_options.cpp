#include "multipath/command/shared_options.h"

#include <algorithm>
#include <limits>
#include <ostream>
#include <string_view>

#include <fmt/format.h>

#include "multipath/command/report.h"
#include "multipath/model/ascii.h"
#include "multipath/model/number_text.h"
#include "multipath/model/wwid.h"
#include "multipath/view/text.h"

namespace multipath {
namespace {

std::optional<int> whole_number(const std::string& text, int least, int most) {
  const auto value = parse_number<int>(text);
  return value && *value >= least && *value <= most ? value : std::nullopt;
}

}  // namespace

Verbosity parse_verbosity(const std::string& text) {
  if (text.empty() || !std::ranges::all_of(text, is_digit))
    throw UsageError(fmt::format("-v requires a level from 0 to 3, not '{}'", text));
  return verbosity_of(parse_number<int>(text).value_or(std::numeric_limits<int>::max()));
}

int parse_count(const std::string& text) {
  constexpr int most = 1000000;
  const auto value = whole_number(text, 0, most);
  if (!value) throw UsageError(fmt::format("'{}' is not a number", text));
  return *value;
}

std::chrono::milliseconds parse_seconds(const std::string& text) {
  constexpr int most = 3600;
  const auto value = whole_number(text, 1, most);
  if (!value)
    throw UsageError(fmt::format("--deadline requires 1 to {} seconds, not '{}'", most, text));
  return std::chrono::seconds(*value);
}

PathGroupingPolicy parse_policy(const std::string& text) {
  if (const auto policy = path_grouping_policies.parse(text)) return *policy;
  throw UsageError(
      fmt::format("'{}' is not a path grouping policy; expected failover, multibus, "
                  "group_by_serial, group_by_prio, group_by_node_name or group_by_tpg",
                  text));
}

void WhitelistOption::take(const std::string& text) {
  rule = whitelist_names.parse(text);
  if (!rule)
    throw UsageError(
        fmt::format("'{}' is not a whitelist setting; expected strict, identity or any", text));
}

std::optional<Whitelist> WhitelistOption::value() const {
  return any && !rule ? Whitelist::any : rule;
}

void require_map_name(const std::string& text) {
  constexpr std::size_t longest =
      127;  // DM_NAME_LEN with the final NUL, include/uapi/linux/dm-ioctl.h
  constexpr std::string_view others = "#+-.:=@_";
  const bool allowed = std::ranges::all_of(text, is_wwid_character);
  if (text.empty() || text.size() > longest || !allowed || text == "." || text == ".." ||
      text == "control") {
    throw UsageError(
        fmt::format("'{}' cannot be the name of a map; expected 1 to {} letters, digits and {}",
                    text, longest, others));
  }
}

void SharedOptions::declare_output(Options& options) { options.flag("json", json, "print JSON"); }

void SharedOptions::declare_questions(Options& options) {
  options
      .value(
          "whitelist", "RULE", [this](const std::string& text) { whitelist.take(text); },
          WhitelistOption::help)
      .flag("allow-unlisted", whitelist.any, WhitelistOption::any_help)
      .value(
          "deadline", "SECONDS",
          [this](const std::string& text) { deadline = parse_seconds(text); }, deadline_help);
}

DiscoveryOptions SharedOptions::discovery_options(const Configuration& configuration) const {
  DiscoveryOptions discovery_options;
  discovery_options.whitelist = whitelist.value();
  discovery_options.deadline = deadline;
  discovery_options.configuration = configuration;
  return discovery_options;
}

namespace {

template <typename Found>
std::optional<Found> found_or_reported(Context& context, const SharedOptions& options,
                                       tl::expected<Found, Words> found) {
  if (found) return std::move(*found);
  std::vector<Finding> failures;
  for (const std::string& word : found.error())
    failures.push_back({Finding::Severity::error, word, "no such device on this host"});
  report_failure(context, options, failures, ExitStatus::not_found);
  return std::nullopt;
}

}  // namespace

std::optional<std::vector<Target>> find_targets(Context& context, const SharedOptions& options,
                                                const std::vector<std::string>& words) {
  return found_or_reported(context, options, find_targets(context.host, words));
}

std::optional<std::vector<std::string>> find_knames(Context& context, const SharedOptions& options,
                                                    const std::vector<std::string>& words) {
  return found_or_reported(context, options, find_knames(context.host, words));
}

ExitStatus with_unmatched(Context& context, const std::vector<std::string>& words,
                          ExitStatus status) {
  for (const std::string& word : words)
    context.err << fmt::format("multipath: {}: no matching path or map\n", printable(word));
  return !words.empty() && status == ExitStatus::done ? ExitStatus::not_found : status;
}

}  // namespace multipath
