#include "multipath/view/changes.h"

#include <fmt/format.h>

#include "multipath/view/text.h"

namespace multipath {

std::string render_changes(std::span<const HostChange> changes) {
  std::string text;
  for (const HostChange& change : changes) {
    const std::string head =
        fmt::format("{} {}: ", to_string(change.subject), printable(change.name));
    switch (change.kind) {
      case HostChange::Kind::added:
        text += fmt::format("+ {}{}\n", head, printable(change.after));
        break;
      case HostChange::Kind::removed:
        text += fmt::format("- {}{}\n", head, printable(change.before));
        break;
      case HostChange::Kind::changed:
        text += fmt::format("~ {}{} {} -> {}\n", head, change.what, printable(change.before),
                            printable(change.after));
        break;
    }
  }
  return text;
}

}  // namespace multipath
