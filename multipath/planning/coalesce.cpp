#include "multipath/planning/coalesce.h"

#include <algorithm>
#include <string_view>
#include <unordered_map>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace multipath {
namespace {

/// What stands on the path, but for its own map: that may hold it by a table that was loaded and
/// never became live, when a run was killed in between.
std::vector<std::string> other_holders(const Path& path, const CurrentMap* current) {
  std::vector<std::string> others = path.holders;
  if (current != nullptr) std::erase(others, fmt::format("dm-{}", current->number.minor));
  return others;
}

/// Why a path that is not in the map yet stays outside; nothing when it may come in.
std::optional<std::string> reason_to_leave_out(const Path& path, const CurrentMap* current) {
  if (!path.answered) return "not taken into a map: " + path.trouble;
  if (path.checker_state == CheckerState::disconnected)
    return "not taken into a map: the target says that it has no such unit";
  if (path.size_sectors == 0) return "not taken into a map: its size is 0";
  if (const auto holders = other_holders(path, current); !holders.empty()) {
    return fmt::format(
        "not taken into a map: {} stands on it; take that down first, or bring it up on the map",
        fmt::join(holders, ", "));
  }
  return std::nullopt;
}

}  // namespace

Units coalesce(std::span<const Path> paths) {
  std::unordered_map<std::string_view, std::vector<const Path*>> members;
  for (const Path& path : paths) {
    if (path.wwid && !path.excluded) members[path.wwid->text()].push_back(&path);
  }
  Units units;
  for (auto& [wwid, unit] : members) {
    const auto by_udev = [](const Path* path, const Path* other) {
      return comes_first(*path, *other);
    };
    if (!std::ranges::is_sorted(unit, by_udev)) std::ranges::sort(unit, by_udev);
    std::vector<Path>& copies = units[*unit.front()->wwid];
    copies.reserve(unit.size());
    for (const Path* path : unit) copies.push_back(*path);
  }
  return units;
}

Subject subject_of_unit(const Wwid& wwid, const std::vector<Path>& paths) {
  Subject subject{.vendor = "", .product = "", .revision = "", .protocol = "", .wwid = wwid.text()};
  for (const Path& path : paths) {
    if (!path.answered && &path != &paths.back()) continue;
    subject.vendor = path.vendor;
    subject.product = path.product;
    subject.revision = path.revision;
    subject.own_wwid = own_wwid_of(path);
    break;
  }
  return subject;
}

Selection select_paths(std::vector<Path> unit, const CurrentMap* current) {
  Selection selection{std::move(unit), {}};
  std::erase_if(selection.paths, [&](const Path& path) {
    if (current != nullptr && has_path(*current, path.number)) return false;
    auto reason = reason_to_leave_out(path, current);
    if (!reason) return false;
    selection.left_out.push_back({Finding::Severity::warning, path.kname, std::move(*reason)});
    return true;
  });
  return selection;
}

std::optional<std::string> reason_not_to_join(const std::vector<Path>& paths) {
  const auto first = std::ranges::find_if(paths, &Path::answered);
  for (auto path = first; path != paths.end(); ++path) {
    if (!path->answered) continue;
    if (path->size_sectors != first->size_sectors) {
      return fmt::format(
          "{} has {} sectors but {} has {}: rescan the paths if the unit was resized, else they "
          "are not the same unit",
          first->kname, first->size_sectors, path->kname, path->size_sectors);
    }
    if (path->vendor != first->vendor || path->product != first->product) {
      return fmt::format("{} is '{}' '{}' but {} is '{}' '{}': they can not be the same unit",
                         first->kname, first->vendor, first->product, path->kname, path->vendor,
                         path->product);
    }
  }
  return std::nullopt;
}

}  // namespace multipath
