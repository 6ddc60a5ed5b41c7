#include "multipath/view/path_story.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "multipath/view/path_cells.h"

namespace multipath {

std::string story_of(const Path& path) {
  std::string story = fmt::format("{} {}, {}", to_string(path.address),
                                  hardware_cell(path.vendor, path.product), to_string(path.state));
  if (path.excluded) {
    story += "; never a path";
  } else if (path.wwid) {
    story += fmt::format("; WWID {} by {}", path.wwid->text(), to_string(path.identity_source));
  } else {
    story += "; no WWID";
  }
  if (path.checker_state != CheckerState::undef)
    story += fmt::format("; checker {}", to_string(path.checker_state));
  if (path.priority) story += fmt::format(", priority {}", *path.priority);
  if (!path.hardware_handler.empty())
    story += fmt::format("; device handler {}", path.hardware_handler);
  if (!path.holders.empty()) story += fmt::format("; held by {}", fmt::join(path.holders, ", "));
  if (!path.trouble.empty()) story += "; " + path.trouble;
  return story;
}

}  // namespace multipath
