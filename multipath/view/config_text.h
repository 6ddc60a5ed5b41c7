#pragma once

#include <optional>
#include <string>
#include <vector>

#include "multipath/config/configuration.h"

namespace multipath {

/// What of the configuration is shown.
struct ConfigurationView {
  enum class Origins : bool { hide, show };
  Origins origins = Origins::hide;  ///< each line with a comment that says what decided it

  /// Only rows of hardware that is here; everything where nothing is said.
  std::optional<std::vector<Subject>> hardware;

  /// With `hardware`: the units that have a map, each a multipath section.
  struct Unit {
    std::string wwid;
    std::string alias;
  };
  std::vector<Unit> units;
};

/// The configuration in force, in the syntax of multipath.conf: `-t`, and `-T` with the hardware
/// that is here. Read again, it is the same configuration.
std::string render(const Configuration& configuration, const ConfigurationView& view);

}  // namespace multipath
