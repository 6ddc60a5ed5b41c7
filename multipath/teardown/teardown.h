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
  wipe,  ///< signatures, after they have been saved
  close_crypt,
  deactivate_group,  ///< all volumes of a VG
  stop_raid,
  stop_bcache,  ///< a cache set, or a bcache without one
  detach_loop,
  remove_map,  ///< partition map or linear
  flush_map,   ///< multipath
};
inline constexpr std::size_t step_action_count = 10;
/// "swapoff", "umount", "vgchange"...
std::string_view to_string(StepAction action);

/// One thing that is taken down.
struct Step {
  StepAction action = StepAction::remove_map;
  std::size_t node = 0;              ///< of the graph
  std::vector<std::size_t> covers;   ///< all that is gone afterwards, `node` among them
  unsigned level = 0;                ///< longest distance from a base
  std::string device;                ///< "/sys/class/block/dm-3"
  std::string dev_type;              ///< "lvm"
  std::string name;                  ///< "dm-3"
  std::string subject;               ///< what the action is on: mount point, map, VG, file
  std::uint64_t name_space = 0;      ///< unmount: of which mount namespace, 0 our own
  int mount_id = 0;                  ///< unmount: its number in mountinfo
  std::vector<std::string> command;  ///< argv; the first word is the tool's name, or a call's
  std::vector<std::string> undo;     ///< shell lines that bring it back; empty when nothing can
  std::string note;                  ///< "opening it again needs its key"

  auto operator<=>(const Step&) const = default;
};

/// Why the plan is not carried out.
struct Blocker {
  std::string code;    ///< "mounted", "mounted-elsewhere", "swap", "collateral"...
  std::string device;  ///< kname
  std::string source;  ///< what says so: "/proc/812/mountinfo", "sysfs holders"
  std::string detail;  ///< with process, unit, mount point, namespace
  std::string remedy;

  auto operator<=>(const Blocker&) const = default;
};
inline constexpr std::string_view protected_code = "protected";

struct TeardownOptions {
  bool unmount = false;
  bool unmount_elsewhere = false;  ///< in other mount namespaces as well
  bool swap_off = false;
  bool wipe = false;
  std::string wipe_backup;  ///< directory for the signatures
  bool allow_collateral = false;
  bool keep_maps = false;  ///< a base that is a multipath map stays
  std::set<std::string> force_protected;
  ShownFiles files = ShownFiles::first;  ///< how many files a blocker names
};

/// What is done in which order, and what is in the way. Pure, the same for the same graph whatever
/// the order of its targets was; linear but for the sort.
struct Teardown {
  std::vector<Step> steps;
  std::vector<Blocker> blockers;
};
tl::expected<Teardown, HolderCycle> plan_teardown(const HolderGraph& graph,
                                                  const TeardownOptions& options);

/// Everything that is in the way, by node. `plan_teardown` calls this.
std::vector<Blocker> find_blockers(const HolderGraph& graph, const TeardownOptions& options);

/// What keeps the bases from being partitioned now: any device above them but the kernel's
/// partitions, mounts, swaps, openers. Of the options only those count that let a thing stay: kept
/// maps, and stacks that are not protected.
std::vector<Blocker> not_clear(const HolderGraph& graph, const TeardownOptions& options = {});

/// Does anything in `blockers` name a protected stack?
bool is_protected(const std::vector<Blocker>& blockers);

}  // namespace multipath
