#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "multipath/model/multipath_table.h"

namespace multipath {

enum class GroupStatus : std::uint8_t { undef, active, enabled, disabled };
std::string to_string(GroupStatus status);

/// A path's state inside of its map.
enum class PathDmState : std::uint8_t { undef, active, failed };
std::string to_string(PathDmState state);

struct PathStatus {
  DeviceNumber number;
  PathDmState state = PathDmState::undef;
  std::uint32_t fail_count = 0;

  auto operator<=>(const PathStatus&) const = default;
};

struct GroupStatusLine {
  GroupStatus status = GroupStatus::undef;
  std::vector<PathStatus> paths;

  auto operator<=>(const GroupStatusLine&) const = default;
};

/// The status of a "multipath" target (drivers/md/dm-mpath.c, multipath_status, STATUSTYPE_INFO):
///
///     status  = nfeat queue_io pg_init_count nhw hwstatus* ngroups current group*
///     group   = ("A" | "E" | "D") nps psstatus* npaths ninfo path*
///     path    = major ":" minor ("A" | "F") fail_count info*
struct MultipathStatus {
  bool queue_io = false;
  std::uint32_t pg_init_count = 0;
  std::uint32_t current_group = 0;  ///< 1-based; 0 when none
  std::vector<GroupStatusLine> groups;

  auto operator<=>(const MultipathStatus&) const = default;
};

tl::expected<MultipathStatus, Malformed> parse_multipath_status(std::string_view parameters);

}  // namespace multipath
