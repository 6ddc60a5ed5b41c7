#include "multipath/view/json_listed.h"

#include <unordered_map>

#include "multipath/model/member_index.h"
#include "multipath/view/json_values.h"

namespace multipath {
namespace {

using Rows = std::unordered_map<DeviceNumber, const ListedPath*, NumberHash>;

Rows rows_by_number(std::span<const ListedPath> paths) {
  Rows rows;
  for (const ListedPath& path : paths) rows.emplace(path.path.number, &path);
  return rows;
}

/// The priority and states of the map's topology; the rest of the path's own row.
Json json_of(const TopologyPath& member, const Rows& rows) {
  const auto row = rows.find(member.number);
  ListedPath path = row != rows.end() ? *row->second : ListedPath();
  path.path.kname = member.kname;
  path.path.number = member.number;
  path.path.checker_state = member.checker_state;
  path.path.state = member.device_state;
  path.dm_state = member.dm_state;
  const auto cell = [&](char letter) { return cell_of(path, letter); };
  return {{"dev", cell('d')},
          {"dev_t", cell('D')},
          {"dm_st", cell('t')},
          {"dev_st", cell('o')},
          {"chk_st", cell('T')},
          {"checker", cell('c')},
          {"pri", member.priority.value_or(-1)},
          {"host_wwnn", cell('N')},
          {"target_wwnn", cell('n')},
          {"host_wwpn", cell('R')},
          {"target_wwpn", cell('r')},
          {"host_adapter", cell('a')},
          {"lun_hex", cell('L')},
          {"marginal_st", cell('M')}};
}

Json json_of(const TopologyGroup& group, std::size_t number, const Rows& rows) {
  Json paths = Json::array();
  for (const TopologyPath& path : group.paths) paths.push_back(json_of(path, rows));
  return {{"selector", group.selector}, {"pri", group.priority}, {"dm_st", to_string(group.status)},
          {"marginal_st", "normal"},    {"group", number},       {"paths", std::move(paths)}};
}

Json json_of(const ListedMap& map, const Rows& rows) {
  const auto cell = [&](char letter) { return cell_of(map, letter); };
  const MapHistory history = map.history.value_or(MapHistory{});
  Json groups = Json::array();
  std::size_t paths = 0;
  for (const TopologyGroup& group : map.topology.groups) {
    groups.push_back(json_of(group, groups.size() + 1, rows));
    paths += group.paths.size();
  }
  return {{"name", cell('n')},
          {"uuid", cell('w')},
          {"sysfs", cell('d')},
          {"failback", cell('F')},
          {"queueing", cell('Q')},
          {"paths", paths},
          {"write_prot", cell('r')},
          {"dm_st", cell('t')},
          {"features", cell('f')},
          {"hwhandler", cell('h')},
          {"action", ""},
          {"path_faults", history.path_faults},
          {"vend", cell('v')},
          {"prod", cell('p')},
          {"rev", cell('e')},
          {"switch_grp", history.switches},
          {"map_loads", history.loads},
          {"total_q_time", history.queued_seconds},
          {"q_timeouts", history.queue_timeouts},
          {"path_groups", std::move(groups)}};
}

std::string document(const char* key, Json content) {
  constexpr int major_version = 0;
  constexpr int minor_version = 1;
  return document_text({{"major_version", major_version},
                        {"minor_version", minor_version},
                        {key, std::move(content)}});
}

}  // namespace

std::string json_of_listed_maps(std::span<const ListedMap> maps,
                                std::span<const ListedPath> paths) {
  const Rows rows = rows_by_number(paths);
  Json list = Json::array();
  for (const ListedMap& map : maps) list.push_back(json_of(map, rows));
  return document("maps", std::move(list));
}

std::string json_of_listed_map(const ListedMap& map, std::span<const ListedPath> paths) {
  return document("map", json_of(map, rows_by_number(paths)));
}

}  // namespace multipath
