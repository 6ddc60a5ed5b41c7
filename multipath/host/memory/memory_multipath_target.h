#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "multipath/model/multipath_status.h"
#include "multipath/model/multipath_table.h"

namespace dm {

/// What a multipath target remembers and says, as drivers/md/dm-mpath.c does it, without any I/O:
/// the part of MemoryDeviceMapper that knows one target type.
class MemoryMultipathTarget {
 public:
  /// Nothing where the kernel would refuse the table (EINVAL): grammar, unknown features or
  /// selectors, an initial group of 0 where there are groups.
  static std::optional<MemoryMultipathTarget> from_parameters(std::string_view parameters);

  /// Words as the kernel gives them back: arguments left out at load are shown with their
  /// defaults, and there is a blank behind the last one.
  std::string table() const;
  std::string status() const;

  /// Takes over which paths have failed and which groups are disabled.
  void take_over(const multipath::MultipathStatus& status);

  /// 0, or the errno: EINVAL for a message it does not know.
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
  /// 0 until there is I/O, which only a status that was taken over can tell of.
  std::size_t active_group_ = 0;
};

}  // namespace dm
