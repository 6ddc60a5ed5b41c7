#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "multipath/model/multipath_status.h"
#include "multipath/model/multipath_table.h"

namespace dm {

/// The state of a multipath target without any I/O, as in drivers/md/dm-mpath.c: the part of
/// MemoryDeviceMapper that implements this target type.
class MemoryMultipathTarget {
 public:
  /// Returns nothing if the kernel would reject the table (EINVAL): wrong grammar, unknown features
  /// or selectors, initial group 0 although there are groups.
  static std::optional<MemoryMultipathTarget> from_parameters(std::string_view parameters);

  /// Returns the words as the kernel does: omitted arguments with their defaults, and a blank after
  /// the last word.
  std::string table() const;
  std::string status() const;

  /// Adopts failed paths and disabled groups from a status.
  void take_over(const multipath::MultipathStatus& status);

  /// Returns 0 or an errno: EINVAL for an unknown message.
  int message(std::string_view text);

  auto operator<=>(const MemoryMultipathTarget&) const = default;

 private:
  explicit MemoryMultipathTarget(multipath::MultipathTable table) : table_(std::move(table)) {}
  void set_queueing(bool wanted);
  int change_group(std::string_view verb, std::string_view number);
  int change_path(std::string_view verb, std::string_view number);

  multipath::MultipathTable table_;
  std::set<multipath::DeviceNumber> failed_;
  std::map<multipath::DeviceNumber, unsigned> fail_counts_;
  std::set<std::size_t> disabled_groups_;  ///< 1-based
  /// 0 until there is I/O, which only an adopted status can report.
  std::size_t active_group_ = 0;
};

}  // namespace dm
