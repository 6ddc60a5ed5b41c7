#pragma once

#include <optional>
#include <string>
#include <vector>

#include "multipath/config/configuration.h"

namespace multipath {

/// The parts of the configuration to print.
struct ConfigurationView {
  enum class Origins : bool { hide, show };
  Origins origins = Origins::hide;  ///< add a comment with the origin to each line

  /// Print only the sections of this hardware. If empty, print all.
  std::optional<std::vector<Subject>> hardware;

  /// With `hardware`: the units with a map, printed as multipath sections.
  struct Unit {
    std::string wwid;
    std::string alias;
  };
  std::vector<Unit> units;
};

/// Prints the effective configuration in the syntax of multipath.conf, for `-t` and, with the
/// host's hardware, `-T`. Reading the text results in the same configuration.
std::string render(const Configuration& configuration, const ConfigurationView& view);

}  // namespace multipath
