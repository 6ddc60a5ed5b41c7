#include "multipath/view/path_list_text.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "multipath/model/member_index.h"
#include "multipath/view/path_cells.h"
#include "multipath/view/text.h"

namespace multipath {
namespace {

Row path_row(const Path& path, const MemberIndex::Member& member) {
  return {path.wwid ? path.wwid->text() : "",
          address_cell(path.address),
          printable(path.kname),
          to_string(path.number),
          path.priority ? fmt::format("{}", *path.priority) : "-1",
          to_string(member.status == nullptr ? PathDmState::undef : member.status->state),
          to_string(path.checker_state),
          hardware_cell(path.vendor, path.product),
          device_state_cell(path.state)};
}

}  // namespace

std::string render_path_list(std::span<const Path> paths, std::span<const CurrentMap> maps) {
  if (paths.empty()) return "===== no paths =====\n";
  std::vector<Row> rows = {
      {"uuid", "hcil", "dev", "dev_t", "pri", "dm_st", "chk_st", "vend/prod/rev", "dev_st"}};
  const MemberIndex members(maps);
  for (const auto& path : paths) rows.push_back(path_row(path, members.find(path.number)));
  const auto widths = column_widths(rows);
  std::string text = "===== paths list =====\n";
  for (const auto& row : rows) text += padded(row, widths) + '\n';
  return text;
}

std::string path_summary(const Path& path) {
  std::string summary =
      fmt::format("{} {}, {}", to_string(path.address), hardware_cell(path.vendor, path.product),
                  to_string(path.state));
  if (path.excluded) {
    summary += "; never a path";
  } else if (path.wwid) {
    summary += fmt::format("; WWID {} by {}", path.wwid->text(), to_string(path.identity_source));
  } else {
    summary += "; no WWID";
  }
  if (path.checker_state != CheckerState::undef)
    summary += fmt::format("; checker {}", to_string(path.checker_state));
  if (path.priority) summary += fmt::format(", priority {}", *path.priority);
  if (!hardware_handler_of(path).empty())
    summary += fmt::format("; device handler {}", hardware_handler_of(path));
  if (!path.holders.empty()) summary += fmt::format("; held by {}", fmt::join(path.holders, ", "));
  if (!path.trouble.empty()) summary += "; " + path.trouble;
  return summary;
}

}  // namespace multipath
