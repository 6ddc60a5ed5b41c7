#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "libsg/bytes.h"
#include "multipath/model/device_number.h"

namespace multipath {

using Malformed = scsi::Malformed;

/// A path of a table: device and the path selector's arguments for it ("1").
struct TablePath {
  DeviceNumber number;
  std::vector<std::string> arguments;

  auto operator<=>(const TablePath&) const = default;
};

/// A priority group: "service-time", its arguments, its paths. All paths have the same number of
/// arguments.
struct TableGroup {
  std::string selector;
  std::vector<std::string> selector_arguments;
  std::vector<TablePath> paths;

  auto operator<=>(const TableGroup&) const = default;
};

/// The parameters of a "multipath" target (drivers/md/dm-mpath.c, multipath_ctr):
///
///     table   = nfeat feat* nhw hwarg* ngroups initial group*
///     group   = selector nselarg selarg* npaths npatharg path*
///     path    = major ":" minor patharg*
///
/// nfeat counts words. `initial` is 1-based, and 0 when there is no group.
struct MultipathTable {
  std::vector<std::string> features;          ///< words: {"queue_if_no_path"}
  std::vector<std::string> hardware_handler;  ///< words: {"alua"}
  std::uint32_t initial_group = 0;
  std::vector<TableGroup> groups;

  auto operator<=>(const MultipathTable&) const = default;
};

/// The words with their number before them, as tables have them: "0", "1 queue_if_no_path".
std::string counted(const std::vector<std::string>& words);

std::string format(const MultipathTable& table);
tl::expected<MultipathTable, Malformed> parse_multipath_table(std::string_view parameters);

/// The feature that makes a map queue I/O while it has no usable path.
inline constexpr std::string_view queue_feature = "queue_if_no_path";
bool queues_if_no_path(const std::vector<std::string>& features);
bool queues_if_no_path(const MultipathTable& table);

/// The first argument of a path's selector, the number of requests to it in turn; nothing for a
/// path that the table does not have, or when that is no number.
std::optional<std::uint32_t> repeat_count_in(const MultipathTable& table, DeviceNumber path);

}  // namespace multipath
