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
  std::chrono::seconds wait = {};  ///< with maybe: how long the second path is waited for
  bool known = false;  ///< with yes: its unit needs no second path (wwids file, a map, greedy)
  bool switched_off = false;  ///< the kernel command line disables multipath for udev's rules
};

/// When the question is asked: by a user, at a disk's event, or in the initramfs before the root is
/// mounted from it.
enum class Asked : std::uint8_t { by_user, at_event, before_root };

/// The argument of the kernel command line that disables multipath for udev's rules: nompath,
/// multipath=off, rd.multipath=0 or rd_NO_MULTIPATH (dracut.cmdline(7)).
std::optional<std::string> switching_off_argument(const Host& host);

/// The property in which udev keeps the verdict.
inline constexpr const char* verdict_property = "DM_MULTIPATH_DEVICE_PATH";

/// find_multipaths_timeout of multipath.conf for that path: a number of seconds, which holds for all hardware; below 0 only
/// for hardware that the table or a device section lists, any other gets a second.
std::chrono::seconds wait_for_second_path(const Configuration& configuration, const Path& path);

/// One device by what the kernel knows of it: sysfs, with the identity pages that it read when it found the disk. No
/// I/O, and nothing of other disks but the cached pages of those that somebody uses and, where find_multipaths smart
/// or -i looks for a second path, of all.
/// `known` are the WWIDs of the wwids file; `every_unit`: that file does not count (-i).
///
/// A disk that somebody uses (DeviceUsers) and that no map holds is none: to claim it would take it away from under a
/// running system. So is another path of that disk's unit while the unit has no map. So is one that was
/// released at its event before (`former_verdict` "0"): whoever was told then may be using it in a way
/// that does not show.
///
/// Asked::before_root is the answer that a plan would give if nothing used the disk: users and a former
/// verdict do not count, and a unit that is not known is one as soon as it has the paths that
/// find_multipaths wants. With maybe it is the only path so far.
///
/// If the kernel command line disables multipath, the verdict is no, except for a user.
JudgedPath judge_path(const Host& host, const Configuration& configuration, DeviceNumber number,
                      const std::set<Wwid>& known, bool every_unit, std::string_view former_verdict,
                      Asked asked = Asked::at_event);

/// The disk with that number, its identity from the kernel's cache; nothing when it is no SCSI disk.
std::optional<Path> recall_path(const Host& host, const Configuration& configuration,
                                DeviceNumber number);

}  // namespace multipath
