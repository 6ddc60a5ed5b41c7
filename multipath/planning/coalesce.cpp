#include "multipath/planning/coalesce.h"

#include <algorithm>
#include <string_view>
#include <unordered_map>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace multipath {
namespace {

std::vector<PathUser> other_users(const Path& path, const CurrentMap* current) {
  return current == nullptr ? path.users : users_beside_map(path, *current);
}

bool has_size(const Path& path) { return path.answered && path.size_sectors != 0; }

std::string_view remedy_of(const std::vector<PathUser>& users) {
  return std::ranges::any_of(users, &PathUser::runs_host)
             ? "the host runs on it; its map can only be created at the next boot"
             : "release it first, then use the map";
}

bool same_hardware(const Path& path, const Path& other) {
  return path.vendor == other.vendor && path.product == other.product;
}

/// A path with the vendor and product that more than half of the answering paths report. Null if no
/// path answered or no vendor and product has such a majority.
const Path* typical_path(const std::vector<Path>& paths) {
  const Path* candidate = nullptr;
  std::ptrdiff_t lead = 0;
  for (const Path& path : paths) {
    if (!path.answered) continue;
    if (lead == 0) candidate = &path;
    lead += same_hardware(*candidate, path) ? 1 : -1;
  }
  if (candidate == nullptr) return nullptr;
  const auto agrees = [&](const Path& path) {
    return path.answered && same_hardware(path, *candidate);
  };
  return 2 * std::ranges::count_if(paths, agrees) > std::ranges::count_if(paths, &Path::answered)
             ? candidate
             : nullptr;
}

/// The properties of a unit that decide on each of its paths.
struct UnitState {
  const CurrentMap* current;
  bool size_is_known;
  const Path* typical = nullptr;  ///< has the vendor and product of the unit, if these are known
  const Path* used = nullptr;     ///< the first path in use, of a unit without a map
};

/// The reason to reject a path because it reports another vendor or product than the unit.
std::optional<std::string> reason_of_hardware(const Path& path, const Path* typical) {
  if (typical == nullptr || !path.answered || same_hardware(path, *typical)) return std::nullopt;
  return fmt::format(
      "it is '{}' '{}' but most paths of {} are '{}' '{}': they cannot be the same unit; assign "
      "unique serial numbers on the array, or blacklist {}",
      path.vendor, path.product, path.wwid ? path.wwid->text() : "the unit", typical->vendor,
      typical->product, path.kname);
}

/// The reason to reject a path that is not in the map yet; empty if it is acceptable.
std::optional<std::string> reason_to_leave_out(const Path& path, const UnitState& unit) {
  if (path.standing() == Standing::silent) return path.trouble;
  if (path.checker_state == CheckerState::disconnected) return "the target reports no such unit";
  // A standby port may omit the size (SPC-5 5.16.2.4).
  const bool may_have_none = path.checker_state == CheckerState::ghost && unit.size_is_known;
  if (path.size_sectors == 0 && !may_have_none) {
    return path.bus() == Bus::scsi ? fmt::format(
                                         "size is 0; once the array reports a size, run `echo 1 > "
                                         "/sys/block/{}/device/rescan`",
                                         path.kname)
                                   : std::string("size is 0");
  }
  if (const auto users = other_users(path, unit.current); !users.empty())
    return fmt::format("{}; {}", users_text(users), remedy_of(users));
  if (unit.used != nullptr) {
    return fmt::format("{}, another path of the unit, is in use: {}; {}", unit.used->kname,
                       users_text(unit.used->users), remedy_of(unit.used->users));
  }
  return std::nullopt;
}

}  // namespace

std::vector<PathUser> users_beside_map(const Path& path, const CurrentMap& map) {
  std::vector<PathUser> others = path.users;
  // A killed run may have left the map's inactive table, which keeps the path open.
  const std::string own = fmt::format("dm-{}", map.number.minor);
  // Users of the unit use its current map.
  std::erase_if(others, [&](const PathUser& user) { return user.of_unit || user.holder == own; });
  return others;
}

std::string users_text(const std::vector<PathUser>& users) {
  std::vector<std::string_view> texts;
  for (const PathUser& user : users) texts.emplace_back(user.text);
  return fmt::format("{}", fmt::join(texts, ", "));
}

Units coalesce(std::span<const Path> paths) {
  std::unordered_map<std::string_view, std::vector<const Path*>> members;
  for (const Path& path : paths) {
    if (path.has_unit()) members[path.wwid->text()].push_back(&path);
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
  Subject subject;
  for (const Path& path : paths) {
    if (!path.answered && &path != &paths.back()) continue;
    subject = subject_of(path, "");
    break;
  }
  subject.wwid = wwid.text();
  return subject;
}

Selection select_paths(std::vector<Path> paths, const CurrentMap* current) {
  UnitState unit{current, std::ranges::any_of(paths, has_size), typical_path(paths)};
  unit.size_is_known = unit.size_is_known || (current != nullptr && current->size_sectors != 0);
  if (current == nullptr) {
    const auto used =
        std::ranges::find_if(paths, [](const Path& path) { return !path.users.empty(); });
    if (used != paths.end()) unit.used = &*used;
  }
  Selection selection;
  std::vector<bool> stays;
  for (const Path& path : paths) {
    const bool in_map = current != nullptr && has_path(*current, path.number);
    std::optional<std::string> reason = reason_of_hardware(path, unit.typical);
    if (!reason && !in_map) reason = reason_to_leave_out(path, unit);
    stays.push_back(!reason);
    if (reason) {
      const std::string_view outcome = in_map ? "removed from its map: " : "not added to a map: ";
      selection.left_out.push_back(
          {Finding::Severity::warning, path.kname, fmt::format("{}{}", outcome, *reason)});
    }
  }
  for (std::size_t i = 0; i < paths.size(); ++i) {
    if (stays[i]) selection.paths.push_back(std::move(paths[i]));
  }
  return selection;
}

std::optional<std::string> reason_not_to_join(const std::vector<Path>& paths) {
  const auto first = std::ranges::find_if(paths, &Path::answered);
  const auto sized = std::ranges::find_if(paths, has_size);
  for (auto path = first; path != paths.end(); ++path) {
    if (!path->answered) continue;
    if (has_size(*path) && path->size_sectors != sized->size_sectors) {
      return fmt::format(
          "{} has {} sectors but {} has {}: rescan the paths if the unit was resized; "
          "otherwise they are different units",
          sized->kname, sized->size_sectors, path->kname, path->size_sectors);
    }
    if (path->vendor != first->vendor || path->product != first->product) {
      return fmt::format("{} is '{}' '{}' but {} is '{}' '{}': they cannot be the same unit",
                         first->kname, first->vendor, first->product, path->kname, path->vendor,
                         path->product);
    }
  }
  return std::nullopt;
}

}  // namespace multipath
