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

tl::expected<Configuration, Diagnostics> load(const ConfigurationTexts& texts) {
  if (texts.unreadable.empty()) return Configuration::load(texts.files);
  Diagnostics mistakes = texts.unreadable;
  std::ranges::move(Configuration::review(texts.files).mistakes, std::back_inserter(mistakes));
  return tl::unexpected(std::move(mistakes));
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
          "the configuration has errors; the last configuration without errors, of {}, applies "
          "instead",
          copy->time);
      loaded.configuration = std::move(*configuration);
      return;
    }
  }
  loaded.notice =
      "the configuration has errors, and there is no copy of a configuration without errors; the "
      "built-in settings apply, to units of the wwids file only";
  loaded.configuration = Configuration::last_resort();
}

}  // namespace

ConfigurationTexts read_configuration_texts(const Host& host) {
  ConfigurationTexts texts;
  ConfigurationFiles read = read_configuration_files(*host.state_files);
  for (TextFile& file : read.files)
    texts.files.push_back({std::move(file.name), std::move(file.text)});
  for (UnreadableFile& file : read.unreadable) {
    Diagnostic diagnostic;
    diagnostic.place.file = std::move(file.name);
    diagnostic.what = std::move(file.reason);
    texts.unreadable.push_back(std::move(diagnostic));
  }
  return texts;
}

tl::expected<Configuration, Diagnostics> load_configuration(const Host& host) {
  return load(read_configuration_texts(host));
}

LoadedConfiguration load_configuration(Host& host, WithErrors with_errors, KeepCopy keep) {
  LoadedConfiguration loaded;
  const ConfigurationTexts texts = read_configuration_texts(host);
  auto configuration = load(texts);
  if (configuration) {
    if (keep == KeepCopy::yes) keep_copy(host, texts.files);
    loaded.diagnostics = configuration->warnings();
    loaded.configuration = std::move(*configuration);
    return loaded;
  }
  loaded.diagnostics = std::move(configuration.error());
  if (with_errors != WithErrors::last_good) {
    loaded.notice =
        "the configuration has errors; nothing was done; correct it (`multipath check-config`), or "
        "use the last configuration without errors (--last-good)";
  } else {
    substitute(host, loaded);
  }
  return loaded;
}

}  // namespace multipath
