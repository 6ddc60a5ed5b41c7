#include "multipath/run/load_configuration.h"

#include <algorithm>
#include <chrono>
#include <ostream>
#include <system_error>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "multipath/config/last_good.h"
#include "multipath/host/configuration_files.h"
#include "multipath/run/configuration_use.h"
#include "multipath/view/text.h"

namespace multipath {
namespace {

using Texts = std::vector<ConfigurationText>;

tl::expected<Texts, Diagnostics> read_texts(const Host& host) {
  Texts texts;
  try {
    if (host.state_files != nullptr) {
      for (TextFile& file : read_configuration_files(*host.state_files))
        texts.push_back({std::move(file.name), std::move(file.text)});
    }
  } catch (const std::system_error& error) {
    // A file that cannot be read, or not be trusted, may say anything: as bad as one with a mistake.
    Diagnostic diagnostic;
    diagnostic.place = {"/etc/multipath.conf", 1, 1};
    diagnostic.what = error.what();
    return tl::unexpected(Diagnostics{std::move(diagnostic)});
  }
  return texts;
}

std::optional<LastGood> read_last_good(const Host& host) {
  try {
    const auto text = host.state_files == nullptr
                          ? std::nullopt
                          : host.state_files->read(std::string(last_good_file));
    return text ? parse_last_good(*text) : std::nullopt;
  } catch (const std::system_error&) {
    return std::nullopt;
  }
}

/// Most runs read the copy and find it the same; who meets another one writing leaves the writing to it.
void keep_copy(Context& context, const Texts& texts) {
  if (!context.keeps_configuration || !context.is_root || context.host.state_files == nullptr)
    return;
  const auto copy = read_last_good(context.host);
  if (copy ? is_copy_of(*copy, texts) : texts.empty()) return;
  const auto now =
      std::chrono::time_point_cast<std::chrono::seconds>(std::chrono::system_clock::now());
  const std::string text = last_good_text(texts, fmt::format("{:%FT%TZ}", fmt::gmtime(now)));
  try {
    context.host.state_files->try_update(std::string(last_good_file),
                                         [&](const std::string&) { return std::optional(text); });
  } catch (const std::system_error&) {
    // Early in the boot the root file system is read-only: a later run keeps the copy.
  }
}

/// The configuration that applies instead of one with errors; says so.
Configuration instead(Context& context) {
  if (const auto copy = read_last_good(context.host)) {
    if (auto configuration = Configuration::load(copy->files)) {
      context.err << fmt::format(
          "multipath: the configuration has errors; the last one without errors, of {}, applies "
          "instead\n",
          printable(copy->time));
      return std::move(*configuration);
    }
  }
  context.err
      << "multipath: the configuration has errors, and there is no copy of one without; the "
         "built-in settings apply, to units of the wwids file only\n";
  return Configuration::last_resort();
}

}  // namespace

tl::expected<Configuration, Diagnostics> load_configuration(const Host& host) {
  const auto texts = read_texts(host);
  if (!texts) return tl::unexpected(texts.error());
  return Configuration::load(*texts);
}

std::optional<Configuration> load_configuration_or_tell(Context& context, std::string_view command,
                                                        int verbosity, LastGoodAsked last_good) {
  constexpr int told_from = 3;
  const WithErrors use = with_errors(command);
  auto texts = read_texts(context.host);
  auto configuration =
      texts ? Configuration::load(*texts)
            : tl::expected<Configuration, Diagnostics>(tl::unexpected(std::move(texts.error())));
  if (configuration) {
    keep_copy(context, *texts);
    if (verbosity >= told_from) tell(context, configuration->warnings());
    return std::move(*configuration);
  }
  Diagnostics errors = configuration.error();
  if (verbosity < told_from) {
    std::erase_if(errors, [](const Diagnostic& diagnostic) {
      return diagnostic.severity != Diagnostic::Severity::error;
    });
  }
  tell(context, errors);
  if (use == WithErrors::last_good || last_good == LastGoodAsked::yes) return instead(context);
  context.err << "multipath: the configuration has errors; nothing was done; correct it "
                 "(multipath check-config), or go on with the last one without errors "
                 "(--last-good)\n";
  return std::nullopt;
}

void tell(Context& context, const Diagnostics& diagnostics) {
  for (const Diagnostic& diagnostic : diagnostics)
    context.err << printable(to_string(diagnostic)) << '\n';
}

}  // namespace multipath
