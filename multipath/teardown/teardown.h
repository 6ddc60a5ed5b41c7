#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "multipath/model/holder.h"
#include "multipath/model/open_files.h"
#include "multipath/teardown/order.h"

namespace multipath {

enum class StepAction : std::uint8_t {
  swap_off,
  unmount,
  wipe,  ///< erase signatures after saving them
  close_crypt,
  deactivate_group,  ///< all volumes of a volume group
  stop_raid,
  stop_bcache,  ///< a cache set, or a bcache device without a set
  detach_loop,
  remove_map,  ///< a partition map or linear map
  flush_map,   ///< a multipath map
};
/// "swapoff", "umount", "vg deactivate"...
std::string_view to_string(StepAction action);

/// A step of a teardown.
struct Step {
  StepAction action = StepAction::remove_map;
  std::size_t node = 0;              ///< index in the graph
  std::vector<std::size_t> covers;   ///< nodes that this step removes, including `node`
  unsigned level = 0;                ///< longest distance from a base device
  std::string device;                ///< "/sys/class/block/dm-3"
  std::string dev_type;              ///< "lvm"
  std::string name;                  ///< "dm-3"
  std::string subject;               ///< mount point, map, volume group or file
  std::uint64_t name_space = 0;      ///< unmount: the mount namespace; 0: our own
  int mount_id = 0;                  ///< unmount: mount ID in mountinfo
  std::vector<std::string> command;  ///< argv; the first word is a tool or a system call
  std::vector<std::string> undo;     ///< shell lines that undo the step; empty if impossible
  std::string note;                  ///< "reopening requires its key"

  auto operator<=>(const Step&) const = default;
};

/// An obstacle to the plan.
struct Blocker {
  std::string code;    ///< "mounted", "mounted-elsewhere", "swap", "collateral"...
  std::string device;  ///< kname
  std::string source;  ///< source: "/proc/812/mountinfo", "sysfs holders"
  std::string detail;  ///< with process, unit, mount point, namespace
  std::string remedy;

  auto operator<=>(const Blocker&) const = default;
};
inline constexpr std::string_view protected_code = "protected";
inline constexpr std::string_view open_code = "open";  ///< a process has the device itself open
inline constexpr std::string_view file_code = "file-in-use";

struct TeardownOptions {
  bool unmount = false;
  bool unmount_elsewhere = false;  ///< also in other mount namespaces
  bool swap_off = false;
  bool wipe = false;
  std::string wipe_backup;  ///< directory for the signatures
  bool allow_collateral = false;
  bool keep_maps = false;  ///< keep multipath maps that are base devices
  std::set<std::string> force_protected;
  ShownFiles files = ShownFiles::first;  ///< number of files that a blocker lists
};

/// The steps of a teardown in order, and its blockers.
struct Teardown {
  std::vector<Step> steps;
  std::vector<Blocker> blockers;
};
/// Plans the teardown of everything above the base devices. Pure: the result does not depend on the
/// order of the base devices. Linear in the graph except for a sort.
tl::expected<Teardown, HolderCycle> plan_teardown(const HolderGraph& graph,
                                                  const TeardownOptions& options);

}  // namespace multipath
