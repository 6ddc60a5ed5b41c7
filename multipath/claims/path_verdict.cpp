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

DiscoveryOptions options_of(const Configuration& configuration) {
  DiscoveryOptions discovery_options;
  discovery_options.configuration = configuration;
  return discovery_options;
}

/// The uuid of the map that contains the disk, if any: /sys/block/dm-N/dm/uuid.
std::optional<std::string> map_of(const SysTree& sys, const Disk& disk) {
  for (const std::string& holder : names_in(sys, disk.sysfs + "/holders")) {
    auto uuid = block_attribute(sys, holder, "dm/uuid");
    if (uuid && uuid->starts_with(map_uuid_prefix)) return uuid;
  }
  return std::nullopt;
}

/// Identifies the disk from the kernel's cache, or by the map that contains it if that map is of the
/// same unit.
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

/// Another path of the unit that is in use; nothing if the unit has a map, which its other paths may
/// always join.
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

/// Why a disk that no map contains is left to others; nothing if it may be claimed.
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

/// The decision on one disk.
class PathJudge {
 public:
  PathJudge(const Host& host, const Configuration& configuration, const std::set<Wwid>& known,
            bool every_unit, std::string_view former_verdict, Asked asked)
      : host_(host),
        configuration_(configuration),
        known_(known),
        every_unit_(every_unit),
        former_verdict_(former_verdict),
        asked_(asked),
        options_(options_of(configuration)),
        hardware_(configuration.hardware()) {}

  JudgedPath judge(Disk disk) {
    const auto map = map_of(host_.sys, disk);
    recall_identity(host_, configuration_, map, hardware_, options_, disk);
    path_ = std::move(disk.path);
    if (path_.excluded) return judged(PathVerdict::no, path_.trouble);
    if (map) return known_path(judged(PathVerdict::yes, "it is a path of a map"));
    if (!path_.wwid)
      return judged(PathVerdict::no, path_.trouble.empty() ? "it has no identity" : path_.trouble);
    const Admission admission = admission_of(configuration_.globals().whitelist.value, {&path_, 1},
                                             known_.contains(*path_.wwid));
    if (!admission.admitted) return judged(PathVerdict::no, admission.rule);
    return by_find_multipaths(configuration_.globals().find_multipaths.value);
  }

 private:
  JudgedPath judged(PathVerdict verdict, std::string reason) const {
    return {verdict, std::move(reason), path_, {}};
  }

  static JudgedPath known_path(JudgedPath answer) {
    answer.known = answer.verdict == PathVerdict::yes;
    return answer;
  }

  /// The verdict, or no if the disk is left to others.
  JudgedPath claimed(PathVerdict verdict, std::string reason) const {
    if (asked_ == Asked::before_root) return judged(verdict, std::move(reason));
    const auto others = left_to_others(host_, path_, former_verdict_);
    if (!others) return judged(verdict, std::move(reason));
    // The scripts of the initramfs search for this text: a root mounted on a path gives it.
    return judged(PathVerdict::no, verdict == PathVerdict::yes
                                       ? fmt::format("a path ({}), but {}", reason, *others)
                                       : *others);
  }

  JudgedPath by_find_multipaths(FindMultipaths mode) {
    if (mode == FindMultipaths::greedy || (every_unit_ && mode == FindMultipaths::off))
      return known_path(claimed(PathVerdict::yes, "find_multipaths " + to_string(mode)));
    if (known_.contains(*path_.wwid))
      return known_path(claimed(PathVerdict::yes, "the wwids file has " + path_.wwid->text()));
    if (asked_ == Asked::before_root && mode == FindMultipaths::off)
      return judged(PathVerdict::yes, "find_multipaths off: every unit gets a map");
    // With off and on, a run creates maps of unknown units; the answer to an event is nevertheless
    // that of strict, as in multipath-tools: until the map exists, others may use the disk.
    const bool counts_paths = mode == FindMultipaths::smart || every_unit_ ||
                              (asked_ == Asked::before_root && mode == FindMultipaths::on);
    if (!counts_paths) {
      return judged(PathVerdict::no,
                    fmt::format("find_multipaths {}: the wwids file does not have {}",
                                to_string(mode), path_.wwid->text()));
    }
    return by_second_path();
  }

  JudgedPath by_second_path() {
    if (another_disk_has(host_, hardware_, options_, path_))
      return claimed(PathVerdict::yes, "it is not the only path");
    JudgedPath perhaps = claimed(PathVerdict::maybe, "it is the only path so far");
    if (perhaps.verdict == PathVerdict::maybe)
      perhaps.wait = wait_for_second_path(configuration_, path_);
    return perhaps;
  }

  const Host& host_;
  const Configuration& configuration_;
  const std::set<Wwid>& known_;
  bool every_unit_;
  std::string_view former_verdict_;
  Asked asked_;
  DiscoveryOptions options_;
  SharedHardwareTable hardware_;
  Path path_;
};

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
  recall_identity(host, configuration, map_of(host.sys, disk), hardware, options_of(configuration),
                  disk);
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
  return PathJudge(host, configuration, known, every_unit, former_verdict, asked)
      .judge(std::move(disks.front()));
}

}  // namespace multipath
