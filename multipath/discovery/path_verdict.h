#pragma once

#include <set>
#include <string>

#include "multipath/config/configuration.h"
#include "multipath/discovery/identify.h"
#include "multipath/host/host.h"

namespace multipath {

/// Should a device be a path of a map (multipath -c, -u)?
enum class PathVerdict : std::uint8_t {
  no = 0,
  yes = 1,
  maybe = 2,  ///< find_multipaths smart: a second path may come
};

struct JudgedPath {
  PathVerdict verdict = PathVerdict::no;
  std::string reason;
  Path path;
};

/// One device by what the kernel knows of it: sysfs, with the identity pages that it read when it found the disk. No
/// I/O, and nothing of other devices but, where find_multipaths smart or -i looks for a second path, their cached pages.
/// `known` are the WWIDs of the wwids file; `every_unit`: that file does not count (-i).
JudgedPath judge_path(const Host& host, const Configuration& configuration, DeviceNumber number,
                      const std::set<Wwid>& known, bool every_unit);

/// The disk with that number, its identity from the kernel's cache; nothing when it is no SCSI disk.
std::optional<Path> recall_path(const Host& host, const Configuration& configuration,
                                DeviceNumber number);

}  // namespace multipath
