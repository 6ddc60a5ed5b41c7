#include "multipath/view/topology_text.h"

#include <fmt/format.h>

#include "multipath/view/path_cells.h"
#include "multipath/view/text.h"

namespace multipath {
namespace {

constexpr std::string_view bold = "\x1b[1m";
constexpr std::string_view normal = "\x1b[0m";

std::string_view protection_text(WriteProtection protection) {
  switch (protection) {
    case WriteProtection::read_write:
      return "rw";
    case WriteProtection::read_only:
      return "ro";
    case WriteProtection::undef:
      break;
  }
  return "undef";
}

std::string header(const Topology& topology) {
  const auto action = topology.action.empty() ? "" : topology.action + ": ";
  const auto wwid = topology.name == topology.wwid ? "" : " (" + printable(topology.wwid) + ")";
  return fmt::format("{}{}{} {} {}", action, printable(topology.name), wwid,
                     printable(topology.kname.value_or("undef")),
                     hardware_cell(topology.vendor, topology.product));
}

Row path_row(const TopologyPath& path) {
  return {address_cell(path.address),    path.kname.empty() ? "-" : printable(path.kname),
          to_string(path.number),        to_string(path.dm_state),
          to_string(path.checker_state), device_state_cell(path.device_state)};
}

std::vector<std::size_t> path_widths(const Topology& topology) {
  std::vector<Row> rows;
  for (const auto& group : topology.groups)
    for (const auto& path : group.paths) rows.push_back(path_row(path));
  return column_widths(rows);
}

/// `rail` connects to the next group: "| ", or blanks for the last group.
std::string render_group(const TopologyGroup& group, std::string_view rail,
                         const std::vector<std::size_t>& widths) {
  auto text = fmt::format("{}-+- policy='{}' prio={} status={}\n", rail == "| " ? '|' : '`',
                          printable(group.selector), group.priority, to_string(group.status));
  for (std::size_t i = 0; i < group.paths.size(); ++i) {
    const bool last = i + 1 == group.paths.size();
    text +=
        fmt::format("{}{}- {}\n", rail, last ? '`' : '|', padded(path_row(group.paths[i]), widths));
  }
  return text;
}

}  // namespace

std::string render(const Topology& topology, Style style) {
  const bool colours = style == Style::terminal;
  auto text = fmt::format(
      "{}{}{}\nsize={} features='{}' hwhandler='{}' wp={}\n", colours ? bold : "", header(topology),
      colours ? normal : "", size_text(topology.size_sectors), printable(topology.features),
      printable(topology.hardware_handler), protection_text(topology.write_protection));
  const auto widths = path_widths(topology);
  for (std::size_t i = 0; i < topology.groups.size(); ++i)
    text += render_group(topology.groups[i], i + 1 < topology.groups.size() ? "| " : "  ", widths);
  return text;
}

std::string render(std::span<const Topology> topologies, Style style) {
  std::string text;
  for (const auto& topology : topologies) text += render(topology, style);
  return text;
}

}  // namespace multipath
