#include "multipath/run/load_configuration.h"

#include <algorithm>
#include <chrono>
#include <system_error>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "multipath/config/last_good.h"
#include "multipath/host/configuration_files.h"

namespace multipath {
namespace {

using Texts = std::vector<ConfigurationText>;

tl::expected<Texts, Diagnostics> read_texts(const Host& host) {
  Texts texts;
  try {
    for (TextFile& file : read_configuration_files(*host.state_files))
      texts.push_back({std::move(file.name), std::move(file.text)});
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
    const auto text = host.state_files->read(std::string(last_good_file));
    return text ? parse_last_good(*text) : std::nullopt;
  } catch (const std::system_error&) {
    return std::nullopt;
  }
}

/// Most runs read the copy and find it the same. A run that meets another one writing leaves the
/// writing to it.
void keep_copy(Host& host, const Texts& texts) {
  const auto copy = read_last_good(host);
  if (copy ? is_copy_of(*copy, texts) : texts.empty()) return;
  const auto now =
      std::chrono::time_point_cast<std::chrono::seconds>(std::chrono::system_clock::now());
  const std::string text = last_good_text(texts, fmt::format("{:%FT%TZ}", fmt::gmtime(now)));
  try {
    host.state_files->try_update(std::string(last_good_file),
                                 [&](const std::string&) { return std::optional(text); });
  } catch (const std::system_error&) {
    // Early in the boot the root file system is read-only: a later run keeps the copy.
  }
}

/// What applies instead of a configuration with errors.
void substitute(const Host& host, LoadedConfiguration& loaded) {
  if (const auto copy = read_last_good(host)) {
    if (auto configuration = Configuration::load(copy->files)) {
      loaded.notice = fmt::format(
          "the configuration has errors; the last one without errors, of {}, applies instead",
          copy->time);
      loaded.configuration = std::move(*configuration);
      return;
    }
  }
  loaded.notice =
      "the configuration has errors, and there is no copy of one without; the built-in settings "
      "apply, to units of the wwids file only";
  loaded.configuration = Configuration::last_resort();
}

}  // namespace

tl::expected<Configuration, Diagnostics> load_configuration(const Host& host) {
  const auto texts = read_texts(host);
  if (!texts) return tl::unexpected(texts.error());
  return Configuration::load(*texts);
}

LoadedConfiguration load_configuration(Host& host, WithErrors with_errors, KeepCopy keep) {
  LoadedConfiguration loaded;
  auto texts = read_texts(host);
  auto configuration =
      texts ? Configuration::load(*texts)
            : tl::expected<Configuration, Diagnostics>(tl::unexpected(std::move(texts.error())));
  if (configuration) {
    if (keep == KeepCopy::yes) keep_copy(host, *texts);
    loaded.diagnostics = configuration->warnings();
    loaded.configuration = std::move(*configuration);
    return loaded;
  }
  loaded.diagnostics = std::move(configuration.error());
  if (with_errors != WithErrors::last_good) {
    loaded.notice =
        "the configuration has errors; nothing was done; correct it (multipath check-config), or "
        "go on with the last one without errors (--last-good)";
  } else {
    substitute(host, loaded);
  }
  return loaded;
}

}  // namespace multipath
