#include "multipath/claims/path_verdict.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "multipath/config/whitelist.h"
#include "multipath/discovery/enumerate.h"
#include "multipath/discovery/map_identity.h"
#include "multipath/discovery/udev_identity.h"
#include "multipath/discovery/unit_paths.h"
#include "multipath/holders/device_users.h"
#include "multipath/holders/identity.h"
#include "multipath/host/refinement.h"

namespace multipath {
namespace {

DiscoveryOptions questions_of(const Configuration& configuration) {
  DiscoveryOptions discovery_options;
  discovery_options.configuration = configuration;
  return discovery_options;
}

/// The uuid of the map that holds the disk, if one does: /sys/block/dm-N/dm/uuid.
std::optional<std::string> map_of(const SysTree& sys, const Disk& disk) {
  for (const std::string& holder : names_in(sys, disk.sysfs + "/holders")) {
    auto uuid = read_attribute(sys, "class/block/" + holder + "/dm/uuid");
    if (uuid && uuid->starts_with(map_uuid_prefix)) return uuid;
  }
  return std::nullopt;
}

/// Identity from the kernel's cache; that of the map that holds the disk, where it is of the same unit.
void recall_identity(const Host& host, const Configuration& configuration,
                     const std::optional<std::string>& map, SharedHardwareTable& hardware,
                     const DiscoveryOptions& discovery_options, Disk& disk) {
  recall_identity(host.sys, hardware, discovery_options, disk);
  take_udev_identity(host.udev, configuration, disk);
  if (const auto wwid = map ? wwid_of_map_uuid(*map) : std::nullopt)
    recall_map_identity(host, configuration, *wwid, disk);
}

bool another_disk_has(const Host& host, SharedHardwareTable& hardware,
                      const DiscoveryOptions& discovery_options, const Path& path) {
  for (Disk& disk : enumerate_disks(host.sys, std::nullopt)) {
    if (disk.path.number == path.number) continue;
    recall_identity(host.sys, hardware, discovery_options, disk);
    take_udev_identity(host.udev, discovery_options.configuration, disk);
    if (disk.path.wwid == path.wwid && !disk.path.excluded) return true;
  }
  return false;
}

/// Another path of the unit that is in use; nothing when the unit has a map, which its paths may
/// join whatever that path is used for.
std::optional<std::string> used_sibling(const Host& host, const DeviceUsers& users,
                                        const Path& path) {
  const std::vector<DeviceNumber> used = users.disks_in_use();
  if (used.empty() || users.has_map(map_uuid(*path.wwid))) return std::nullopt;
  UnitRecall units(host);
  const auto own = units.path(path.number);
  for (const DeviceNumber number : used) {
    if (number == path.number) continue;
    const auto other = units.path(number);
    if (!other || other->wwid != (own ? own->wwid : path.wwid)) continue;
    return fmt::format(
        "{}, another path of the unit, is in use: {}", other->kname,
        to_string(users.of_disk(other->kname, partitions_of(host.sys, other->kname))));
  }
  return std::nullopt;
}

/// Why a disk that no map holds is left to others; nothing when it may be claimed.
std::optional<std::string> left_to_others(const Host& host, const Path& path,
                                          std::string_view former_verdict) {
  if (former_verdict == "0") {
    return fmt::format("it was already released to other subsystems ({}=0), and no map has it",
                       verdict_property);
  }
  const DeviceUsers users(host);
  std::vector<PathUser> own = users.of_disk(path.kname, partitions_of(host.sys, path.kname));
  if (std::ranges::any_of(own, &PathUser::of_unit) && users.has_map(map_uuid(*path.wwid)))
    std::erase_if(own, [](const PathUser& user) { return user.of_unit; });
  if (!own.empty()) return "it is in use: " + to_string(own);
  return used_sibling(host, users, path);
}

}  // namespace

std::optional<std::string> switching_off_argument(const Host& host) {
  constexpr std::array<std::string_view, 7> arguments{
      "nompath",          "multipath=off",   "rd.multipath=0",   "rd.multipath=no",
      "rd.multipath=off", "rd_NO_MULTIPATH", "rd_NO_MULTIPATH=1"};
  const Refinement refinement(host.leniency);  // older captures lack the command line
  const auto command_line = read_attribute(host.proc, "cmdline");
  if (!command_line) return std::nullopt;
  const std::string words = fmt::format(" {} ", *command_line);
  const auto found = std::ranges::find_if(arguments, [&](std::string_view argument) {
    return words.find(fmt::format(" {} ", argument)) != std::string::npos;
  });
  if (found == arguments.end()) return std::nullopt;
  return std::string(*found);
}

std::chrono::seconds wait_for_second_path(const Configuration& configuration, const Path& path) {
  constexpr std::chrono::seconds unlisted{1};
  const std::chrono::seconds timeout{configuration.globals().find_multipaths_timeout.value};
  if (timeout.count() >= 0) return timeout;
  return configuration.identification_of(path.vendor, path.product).value ? -timeout : unlisted;
}

std::optional<Path> recall_path(const Host& host, const Configuration& configuration,
                                DeviceNumber number) {
  std::vector<Disk> disks = enumerate_disks(host.sys, std::set{number});
  if (disks.empty()) return std::nullopt;
  Disk& disk = disks.front();
  const Refinement refinement(host.leniency);
  SharedHardwareTable hardware(configuration.hardware());
  recall_identity(host, configuration, map_of(host.sys, disk), hardware,
                  questions_of(configuration), disk);
  return std::move(disk.path);
}

JudgedPath judge_path(const Host& host, const Configuration& configuration, DeviceNumber number,
                      const std::set<Wwid>& known, bool every_unit, std::string_view former_verdict,
                      Asked asked) {
  if (asked != Asked::by_user) {
    if (const auto argument = switching_off_argument(host)) {
      JudgedPath off;
      off.reason = "the kernel argument " + *argument + " disables multipath";
      off.switched_off = true;
      return off;
    }
  }
  std::vector<Disk> disks = enumerate_disks(host.sys, std::set{number});
  if (disks.empty()) return {PathVerdict::no, "it is not a disk that can be a path", {}, {}};
  Disk& disk = disks.front();
  const auto map = map_of(host.sys, disk);
  SharedHardwareTable hardware(configuration.hardware());
  const DiscoveryOptions discovery_options = questions_of(configuration);
  recall_identity(host, configuration, map, hardware, discovery_options, disk);
  Path& path = disk.path;
  const auto judged = [&](PathVerdict verdict, std::string reason) {
    return JudgedPath{verdict, std::move(reason), path, {}};
  };
  const auto known_path = [&](JudgedPath answer) {
    answer.known = answer.verdict == PathVerdict::yes;
    return answer;
  };
  if (path.excluded) return judged(PathVerdict::no, path.trouble);
  if (map) return known_path(judged(PathVerdict::yes, "it is a path of a map"));
  if (!path.wwid)
    return judged(PathVerdict::no, path.trouble.empty() ? "it has no identity" : path.trouble);
  const Admission admission =
      admission_of(configuration.globals().whitelist.value, {&path, 1}, known.contains(*path.wwid));
  if (!admission.admitted) return judged(PathVerdict::no, admission.rule);
  const auto claimed = [&](PathVerdict verdict, std::string reason) {
    if (asked == Asked::before_root) return judged(verdict, std::move(reason));
    if (const auto others = left_to_others(host, path, former_verdict)) {
      // The initramfs' scripts look for these words: a root that is mounted on a path would be this.
      return judged(PathVerdict::no, verdict == PathVerdict::yes
                                         ? fmt::format("a path ({}), but {}", reason, *others)
                                         : *others);
    }
    return judged(verdict, std::move(reason));
  };
  const FindMultipaths mode = configuration.globals().find_multipaths.value;
  const bool takes_all =
      mode == FindMultipaths::greedy || (every_unit && mode == FindMultipaths::off);
  if (takes_all) return known_path(claimed(PathVerdict::yes, "find_multipaths " + to_string(mode)));
  if (known.contains(*path.wwid))
    return known_path(claimed(PathVerdict::yes, "the wwids file has " + path.wwid->text()));
  if (asked == Asked::before_root && mode == FindMultipaths::off)
    return judged(PathVerdict::yes, "find_multipaths off: every unit gets a map");
  // Off and on make maps of units that are not known, but a uevent's question is answered as with
  // strict: until there is a map, others may use the disk. So does the packaged tool.
  const bool counts_paths = mode == FindMultipaths::smart || every_unit ||
                            (asked == Asked::before_root && mode == FindMultipaths::on);
  if (!counts_paths) {
    return judged(PathVerdict::no,
                  fmt::format("find_multipaths {}: the wwids file does not have {}",
                              to_string(mode), path.wwid->text()));
  }
  if (another_disk_has(host, hardware, discovery_options, path))
    return claimed(PathVerdict::yes, "it is not the only path");
  JudgedPath perhaps = claimed(PathVerdict::maybe, "it is the only path so far");
  if (perhaps.verdict == PathVerdict::maybe)
    perhaps.wait = wait_for_second_path(configuration, perhaps.path);
  return perhaps;
}

}  // namespace multipath
