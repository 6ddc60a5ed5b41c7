#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "multipath/model/multipath_status.h"
#include "multipath/model/multipath_table.h"
#include "multipath/model/names.h"
#include "multipath/model/path.h"
#include "multipath/model/wwid.h"

namespace multipath {

/// How the paths of a map are put into groups (multipath.conf path_grouping_policy).
enum class PathGroupingPolicy : std::uint8_t {
  failover,  ///< a path a group
  multibus,  ///< all paths in one group
  group_by_serial,
  group_by_prio,
  group_by_node_name,
  group_by_tpg,
};
inline constexpr auto path_grouping_policies = names_of<PathGroupingPolicy>({
    {PathGroupingPolicy::failover, "failover"},
    {PathGroupingPolicy::multibus, "multibus"},
    {PathGroupingPolicy::group_by_serial, "group_by_serial"},
    {PathGroupingPolicy::group_by_prio, "group_by_prio"},
    {PathGroupingPolicy::group_by_node_name, "group_by_node_name"},
    {PathGroupingPolicy::group_by_tpg, "group_by_tpg"},
});
std::string to_string(PathGroupingPolicy policy);

/// Paths that are used together, of one priority.
struct PathGroup {
  std::vector<Path> paths;
  int priority = 0;

  auto operator<=>(const PathGroup&) const = default;
};

/// Who may open a map's node (multipath.conf mode, uid, gid). What is not set is left to udev's
/// rules.
struct NodeAttributes {
  std::optional<std::uint32_t> mode;  ///< as in chmod(2)
  std::string user;                   ///< name or number
  std::string group;

  bool empty() const { return !mode && user.empty() && group.empty(); }
  auto operator<=>(const NodeAttributes&) const = default;
};
/// "mode 0660, owner 1001, group disk"
std::string to_string(const NodeAttributes& node);

/// A map as it should be: what planning makes of the paths with one WWID.
struct Map {
  Wwid wwid;
  std::string name;  ///< the dm name: alias or WWID, as mangled_name() gives it
  std::uint64_t size_sectors = 0;
  bool read_only = false;
  bool skip_partitions = false;  ///< udev's rules make no partition maps (skip_kpartx)
  std::vector<std::string> features;
  std::vector<std::string> hardware_handler;
  std::string selector = "service-time";
  std::vector<std::string> selector_arguments;
  std::uint32_t repeat_count =
      1;  ///< requests to a path before the selector chooses again (rr_min_io_rq)
  /// Of paths that have another one (rr_weight priorities).
  std::map<DeviceNumber, std::uint32_t> repeat_counts = {};
  NodeAttributes node = {};
  std::vector<PathGroup> groups;  ///< best first

  auto operator<=>(const Map&) const = default;
};

MultipathTable table_of(const Map& map);

/// A multipath map as device-mapper has it now.
struct CurrentMap {
  std::string name;
  std::string uuid;  ///< "mpath-<WWID>"
  DeviceNumber number;
  std::uint64_t size_sectors = 0;
  bool read_only = false;
  bool suspended = false;
  std::int32_t open_count = 0;
  MultipathTable table;  ///< the live one; empty when the map has none
  bool has_live_table = true;
  bool has_inactive_table = false;
  std::optional<MultipathStatus> status;

  auto operator<=>(const CurrentMap&) const = default;
};

/// Is the device a path of the map's live table?
bool has_path(const CurrentMap& map, DeviceNumber number);
/// All paths of the live table.
std::set<DeviceNumber> path_numbers(const CurrentMap& map);

}  // namespace multipath
