#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "multipath/host/device_mapper.h"
#include "multipath/host/host.h"
#include "multipath/model/finding.h"
#include "multipath/model/map.h"
#include "multipath/model/path.h"

namespace multipath {

/// What an argument names: a device by its number, or a word that may be a map's name, a WWID or a
/// kernel name.
struct Target {
  std::string word;  ///< as typed, but of a node below /dev/mapper only the map's name
  std::optional<DeviceNumber> number;

  bool names(const CurrentMap& map) const;    ///< the map itself, its uuid or WWID
  bool matches(const CurrentMap& map) const;  ///< as names(), or one of its paths
  bool matches(const Path& path) const;       ///< the path itself, or its WWID
};

/// Reads "/dev/sdq", "/dev/mapper/NAME", "/dev/disk/by-id/...", "65:16", "sdq", "dm-3", a map's
/// name or a WWID. Nothing for a node or number that the host does not have. No device is opened.
std::optional<Target> find_target(const Host& host, const std::string& argument);

/// Is `argument` one that must exist as a device: "/dev/..." or "M:m"?
bool names_device(const std::string& argument);

/// The kname that an argument names: as above, or a path below /sys/class/block or /sys/block. No
/// device is opened.
std::optional<std::string> find_kname(const Host& host, const std::string& argument);

/// What all words name, or the words that name nothing on this host.
using Words = std::vector<std::string>;
tl::expected<std::vector<Target>, Words> find_targets(const Host& host, const Words& words);
tl::expected<std::vector<std::string>, Words> find_knames(const Host& host, const Words& words);

/// The device-mapper device that a target names, whatever created it: by its number, its name, its
/// uuid, or as the map of a WWID. Throws std::system_error when device-mapper refuses.
std::optional<dm::Description> find_device(dm::DeviceMapper& device_mapper, const Target& target);

/// The multipath map that a target means: the map that it names, the only one to be read, or else
/// the map that it is a path of. `findings` gets what cannot be read. Throws as find_device does.
std::optional<CurrentMap> find_map(dm::DeviceMapper& device_mapper, const Target& target,
                                   std::vector<Finding>& findings);

/// The text for a word that names a path of a map where the map is required.
std::string path_instead_of_map(const CurrentMap& map);

/// Is a path or map among what the targets mean?
template <typename T>
bool any_matches(const std::vector<Target>& targets, const T& value) {
  return std::ranges::any_of(targets, [&](const Target& target) { return target.matches(value); });
}

/// The words of the targets that match nothing of what there is.
template <typename... Ranges>
Words unmatched(const std::vector<Target>& targets, const Ranges&... there) {
  Words words;
  for (const Target& target : targets) {
    const auto matches = [&](const auto& value) { return target.matches(value); };
    if (!(std::ranges::any_of(there, matches) || ...)) words.push_back(target.word);
  }
  return words;
}

}  // namespace multipath
