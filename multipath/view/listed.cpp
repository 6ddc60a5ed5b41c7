#include "multipath/view/listed.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "multipath/view/path_cells.h"
#include "multipath/view/text.h"

namespace multipath {
namespace {

/// The text of the packaged tool for unknown values, and for values that only a daemon has.
constexpr const char* undef = "[undef]";

std::string or_undef(const std::optional<std::string>& text) {
  return text && !text->empty() ? printable(*text) : undef;
}
std::string or_undef(const std::string& text) { return text.empty() ? undef : printable(text); }

bool is_fibre_channel(const ListedPath& path) {
  return path.target.transport == TransportKind::fibre_channel;
}

template <class Row>
struct Column {
  Wildcard wildcard;
  std::string (*cell)(const Row& row);
};

using PathColumn = Column<ListedPath>;
/// The columns of multipathd, in its order.
constexpr std::array path_columns{
    PathColumn{{'w', "uuid"},
               [](const ListedPath& row) {
                 return row.path.wwid ? row.path.wwid->text() : std::string();
               }},
    PathColumn{{'i', "hcil"}, [](const ListedPath& row) { return address_cell(row.path.address); }},
    PathColumn{{'d', "dev"}, [](const ListedPath& row) { return printable(row.path.kname); }},
    PathColumn{{'D', "dev_t"}, [](const ListedPath& row) { return to_string(row.path.number); }},
    PathColumn{{'t', "dm_st"}, [](const ListedPath& row) { return to_string(row.dm_state); }},
    PathColumn{{'o', "dev_st"},
               [](const ListedPath& row) { return device_state_cell(row.path.state); }},
    PathColumn{{'T', "chk_st"},
               [](const ListedPath& row) { return to_string(row.path.checker_state); }},
    PathColumn{
        {'s', "vend/prod/rev"},
        [](const ListedPath& row) { return hardware_cell(row.path.vendor, row.path.product); }},
    PathColumn{{'c', "checker"}, [](const ListedPath& row) { return to_string(row.checker); }},
    PathColumn{{'C', "next_check"}, [](const ListedPath& row) { return or_undef(row.next_check); }},
    PathColumn{
        {'p', "pri"},
        [](const ListedPath& row) { return std::to_string(row.path.priority.value_or(-1)); }},
    PathColumn{{'S', "size"},
               [](const ListedPath& row) { return size_text(row.path.size_sectors); }},
    PathColumn{{'z', "serial"}, [](const ListedPath& row) { return printable(row.serial); }},
    PathColumn{{'M', "marginal_st"}, [](const ListedPath&) { return std::string("normal"); }},
    PathColumn{{'m', "multipath"},
               [](const ListedPath& row) {
                 return row.map.empty() ? std::string("[orphan]") : printable(row.map);
               }},
    PathColumn{{'N', "host WWNN"},
               [](const ListedPath& row) { return or_undef(row.target.host_node_name); }},
    PathColumn{{'n', "target WWNN"},
               [](const ListedPath& row) {
                 return or_undef(is_fibre_channel(row) ? row.target.name : std::nullopt);
               }},
    PathColumn{{'R', "host WWPN"},
               [](const ListedPath& row) { return or_undef(row.target.host_port_name); }},
    PathColumn{{'r', "target WWPN"},
               [](const ListedPath& row) { return or_undef(row.target.port_name); }},
    PathColumn{{'a', "host adapter"},
               [](const ListedPath& row) { return or_undef(row.host_adapter); }},
    PathColumn{{'G', "foreign"}, [](const ListedPath&) { return std::string("--"); }},
    PathColumn{{'g', "vpd page data"}, [](const ListedPath&) { return std::string(undef); }},
    PathColumn{{'0', "failures"},
               [](const ListedPath& row) { return std::to_string(row.failures); }},
    PathColumn{{'P', "protocol"}, [](const ListedPath& row) { return row.protocol; }},
    PathColumn{{'I', "init_st"},
               [](const ListedPath& row) { return std::string(row.path.wwid ? "ok" : "failed"); }},
    PathColumn{{'L', "LUN hex"},
               [](const ListedPath& row) { return lun_hex(row.path.address.lun); }},
};

/// Failback and queueing in the packaged tool's words, without the state of a daemon.
std::string failback_cell(const ListedMap& row) {
  switch (row.failback.kind) {
    case Failback::Kind::immediate:
      return "immediate";
    case Failback::Kind::followover:
      return "followover";
    case Failback::Kind::manual:
    case Failback::Kind::deferred:
      break;
  }
  return "-";
}

/// An existing map keeps its queueing, so the setting counts only for a map that queues.
std::string queueing_cell(const ListedMap& row) {
  if (!row.queueing.empty()) return row.queueing;
  const bool queues = row.topology.features.find("queue_if_no_path") != std::string::npos;
  if (!queues) return row.no_path_retry ? "off" : "-";
  if (!row.no_path_retry) return "on";
  switch (row.no_path_retry->kind) {
    case NoPathRetry::Kind::fail:
    case NoPathRetry::Kind::queue:
      return "on";
    case NoPathRetry::Kind::count:
      break;
  }
  return fmt::format("{} chk", row.no_path_retry->checks);
}

std::string protection_cell(WriteProtection protection) {
  if (protection == WriteProtection::undef) return "undef";
  return protection == WriteProtection::read_only ? "ro" : "rw";
}

std::size_t path_count(const ListedMap& row) {
  std::size_t count = 0;
  for (const TopologyGroup& group : row.topology.groups) count += group.paths.size();
  return count;
}

template <std::uint64_t MapHistory::* count>
std::string counted_by_daemon(const ListedMap& row) {
  return row.history ? std::to_string((*row.history).*count) : undef;
}

using MapColumn = Column<ListedMap>;
constexpr std::array map_columns{
    MapColumn{{'n', "name"}, [](const ListedMap& row) { return printable(row.topology.name); }},
    MapColumn{{'w', "uuid"}, [](const ListedMap& row) { return printable(row.topology.wwid); }},
    MapColumn{{'d', "sysfs"}, [](const ListedMap& row) { return row.topology.kname.value_or(""); }},
    MapColumn{{'F', "failback"}, failback_cell},
    MapColumn{{'Q', "queueing"}, queueing_cell},
    MapColumn{{'N', "paths"}, [](const ListedMap& row) { return std::to_string(path_count(row)); }},
    MapColumn{{'r', "write_prot"},
              [](const ListedMap& row) { return protection_cell(row.topology.write_protection); }},
    MapColumn{{'t', "dm-st"},
              [](const ListedMap& row) {
                return std::string(row.topology.suspended ? "suspend" : "active");
              }},
    MapColumn{{'S', "size"},
              [](const ListedMap& row) { return size_text(row.topology.size_sectors); }},
    MapColumn{{'f', "features"},
              [](const ListedMap& row) { return printable(row.topology.features); }},
    MapColumn{{'x', "failures"}, counted_by_daemon<&MapHistory::failures>},
    MapColumn{{'h', "hwhandler"},
              [](const ListedMap& row) { return printable(row.topology.hardware_handler); }},
    MapColumn{{'A', "action"}, [](const ListedMap&) { return std::string("nothing"); }},
    MapColumn{{'0', "path_faults"},
              [](const ListedMap& row) {
                return std::to_string(row.history ? row.history->path_faults : row.path_faults);
              }},
    MapColumn{{'1', "switch_grp"}, counted_by_daemon<&MapHistory::switches>},
    MapColumn{{'2', "map_loads"}, counted_by_daemon<&MapHistory::loads>},
    MapColumn{{'3', "total_q_time"}, counted_by_daemon<&MapHistory::queued_seconds>},
    MapColumn{{'4', "q_timeouts"}, counted_by_daemon<&MapHistory::queue_timeouts>},
    MapColumn{{'s', "vend/prod/rev"},
              [](const ListedMap& row) {
                return hardware_cell(row.topology.vendor, row.topology.product);
              }},
    MapColumn{{'v', "vend"}, [](const ListedMap& row) { return printable(row.topology.vendor); }},
    MapColumn{{'p', "prod"}, [](const ListedMap& row) { return printable(row.topology.product); }},
    MapColumn{{'e', "rev"}, [](const ListedMap& row) { return printable(row.revision); }},
    MapColumn{{'G', "foreign"}, [](const ListedMap&) { return std::string("--"); }},
    MapColumn{{'g', "vpd page data"}, [](const ListedMap&) { return std::string(undef); }},
};

template <class Columns>
constexpr auto wildcards_of(const Columns& columns) {
  std::array<Wildcard, std::tuple_size_v<Columns>> wildcards{};
  for (std::size_t i = 0; i < columns.size(); ++i) wildcards[i] = columns[i].wildcard;
  return wildcards;
}
constexpr auto wildcards_of_paths = wildcards_of(path_columns);
constexpr auto wildcards_of_maps = wildcards_of(map_columns);

template <class Columns, class Row>
std::string cell_in(const Columns& columns, const Row& row, char letter) {
  const auto column =
      std::ranges::find_if(columns, [&](const auto& one) { return one.wildcard.letter == letter; });
  return column == columns.end() ? std::string() : column->cell(row);
}

template <class Row>
std::string render_rows(const RowFormat& format, std::span<const Row> rows, Layout layout) {
  return format.render(
      rows.size(), [&](std::size_t row, char letter) { return cell_of(rows[row], letter); },
      layout);
}

}  // namespace

std::string cell_of(const ListedPath& path, char letter) {
  return cell_in(path_columns, path, letter);
}
std::string cell_of(const ListedMap& map, char letter) { return cell_in(map_columns, map, letter); }

std::span<const Wildcard> path_wildcards() { return wildcards_of_paths; }
std::span<const Wildcard> map_wildcards() { return wildcards_of_maps; }

std::string render_paths(const RowFormat& format, std::span<const ListedPath> paths,
                         Layout layout) {
  return render_rows(format, paths, layout);
}

std::string render_maps(const RowFormat& format, std::span<const ListedMap> maps, Layout layout) {
  return render_rows(format, maps, layout);
}

std::string lun_hex(std::uint64_t lun) {
  constexpr unsigned words = 4, bits = 16;
  std::string text = "0x";
  for (unsigned word = 0; word < words; ++word)
    text += fmt::format("{:04x}", (lun >> (word * bits)) & 0xffff);
  return text;
}

}  // namespace multipath
