#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "multipath/host/host.h"
#include "multipath/model/map.h"
#include "multipath/model/path.h"

namespace multipath {

/// What an argument names: a device by its number, or a word that may be a map's name, a WWID or a
/// kernel name.
struct Target {
  std::string word;  ///< as typed, but of a node below /dev/mapper only the map's name
  std::optional<DeviceNumber> number;

  bool matches(
      const CurrentMap& map) const;      ///< the map itself, its uuid or WWID, or one of its paths
  bool matches(const Path& path) const;  ///< the path itself, or its WWID
};

/// Reads "/dev/sdq", "/dev/mapper/NAME", "/dev/disk/by-id/...", "65:16", "sdq", "dm-3", a map's
/// name or a WWID. Nothing for a node or number that the host does not have. No device is opened.
std::optional<Target> find_target(const Host& host, const std::string& argument);

/// Is `argument` one that must exist as a device: "/dev/..." or "M:m"?
bool names_device(const std::string& argument);

}  // namespace multipath
