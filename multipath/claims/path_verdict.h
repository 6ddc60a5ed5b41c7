#pragma once

#include <chrono>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "multipath/config/configuration.h"
#include "multipath/discovery/identify.h"
#include "multipath/host/host.h"

namespace multipath {

/// Whether a device should be a path of a map (multipath -c, -u).
enum class PathVerdict : std::uint8_t {
  no = 0,
  yes = 1,
  maybe = 2,  ///< find_multipaths smart: a second path may appear
};

struct JudgedPath {
  PathVerdict verdict = PathVerdict::no;
  std::string reason;
  Path path;
  std::chrono::seconds wait = {};  ///< with maybe: how long to wait for a second path
  bool known = false;              ///< with yes: one path is enough (wwids file, a map, greedy)
  bool switched_off = false;       ///< the kernel command line disables multipath for udev's rules
};

/// Who asks: a user, udev at an event of the disk, or the initramfs before it mounts the root.
enum class Asked : std::uint8_t { by_user, at_event, before_root };

/// The argument of the kernel command line that disables multipath for udev's rules: nompath,
/// multipath=off, rd.multipath=0 or rd_NO_MULTIPATH (dracut.cmdline(7)).
std::optional<std::string> switching_off_argument(const Host& host);

/// The udev property with the verdict.
inline constexpr const char* verdict_property = "DM_MULTIPATH_DEVICE_PATH";

/// find_multipaths_timeout for the path. A negative value applies to hardware that the hardware
/// table or a device section lists; other hardware gets 1 s.
std::chrono::seconds wait_for_second_path(const Configuration& configuration, const Path& path);

/// Judges one device from sysfs, including the identity pages that the kernel cached when it
/// discovered the disk; sends no I/O. Of other disks, only the cached pages are read: those of
/// disks in use, or of all disks if find_multipaths smart or -i requires a second path. `known`:
/// the WWIDs of the wwids file. `every_unit`: ignore that file (-i). `former_verdict`: the value of
/// `verdict_property` from the previous event; empty if none.
///
/// The verdict is no for a disk that no map contains if
///   - the disk is in use (DeviceUsers): a claim would break a running system;
///   - another path of its unit is in use and the unit has no map;
///   - an earlier event released the disk (`former_verdict` "0"): another program may use it
///     without a visible trace.
///
/// Asked::before_root gives the answer of a plan on a host where nothing uses the disk: users and
/// `former_verdict` are ignored, and an unknown unit qualifies as soon as it has the number of
/// paths that find_multipaths requires. The verdict maybe then means: the only path so far.
///
/// If the kernel command line disables multipath, the verdict is no, except for Asked::by_user.
JudgedPath judge_path(const Host& host, const Configuration& configuration, DeviceNumber number,
                      const std::set<Wwid>& known, bool every_unit, std::string_view former_verdict,
                      Asked asked = Asked::at_event);

/// Returns the disk with that number, identified from the kernel's cache; nothing if the number is
/// not that of a disk that can be a path.
std::optional<Path> recall_path(const Host& host, const Configuration& configuration,
                                DeviceNumber number);

}  // namespace multipath
