#include "multipath/view/path_trace.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "multipath/view/path_cells.h"

namespace multipath {

std::string story_of(const Path& path) {
  std::string trace = fmt::format("{} {}, {}", to_string(path.address),
                                  hardware_cell(path.vendor, path.product), to_string(path.state));
  if (path.excluded) {
    trace += "; never a path";
  } else if (path.wwid) {
    trace += fmt::format("; WWID {} by {}", path.wwid->text(), to_string(path.identity_source));
  } else {
    trace += "; no WWID";
  }
  if (path.checker_state != CheckerState::undef)
    trace += fmt::format("; checker {}", to_string(path.checker_state));
  if (path.priority) trace += fmt::format(", priority {}", *path.priority);
  if (!path.hardware_handler.empty())
    trace += fmt::format("; device handler {}", path.hardware_handler);
  if (!path.holders.empty()) trace += fmt::format("; held by {}", fmt::join(path.holders, ", "));
  if (!path.trouble.empty()) trace += "; " + path.trouble;
  return trace;
}

}  // namespace multipath
