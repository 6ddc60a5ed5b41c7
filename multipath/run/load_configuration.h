#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "multipath/config/configuration.h"
#include "multipath/host/host.h"

namespace multipath {

/// The texts of /etc/multipath.conf and conf.d. A file that cannot be read, or that others may
/// write, may contain anything: it is an error of the configuration.
struct ConfigurationTexts {
  std::vector<ConfigurationText> files;
  Diagnostics unreadable;
};
ConfigurationTexts read_configuration_texts(const Host& host);

/// The configuration that these texts make.
tl::expected<Configuration, Diagnostics> load_configuration(const Host& host);

/// What a run does when the configuration has errors.
enum class WithErrors : std::uint8_t {
  last_good,  ///< goes on with the last configuration without errors; without a copy of one, with
              ///< built-in settings for units of the wwids file
  stop,       ///< does nothing
  unread,     ///< does not read the configuration
};

/// Does a run print the warnings of a configuration in force? Jobs of udev and of the boot run for
/// every device, and print none.
enum class PrintWarnings : bool { no, yes };

/// May a configuration without errors be copied to `last_good_file`?
enum class KeepCopy : bool { no, yes };

struct LoadedConfiguration {
  std::optional<Configuration> configuration;  ///< nothing when the run has to stop
  Diagnostics diagnostics;  ///< warnings and notes of a configuration in force, or why it is not
                            ///< in force
  std::string notice;       ///< what applies instead of one with errors; empty without errors

  bool has_errors() const { return !notice.empty(); }
};
LoadedConfiguration load_configuration(Host& host, WithErrors with_errors, KeepCopy keep);

}  // namespace multipath
