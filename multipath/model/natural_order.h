#pragma once

#include <compare>
#include <string_view>

namespace multipath {

/// The order in which people and the kernel count names: sda < sdb < sdz < sdaa, dm-2 < dm-10.
/// Runs of digits compare as numbers; a run of letters that follows a common prefix compares by
/// length first for kernel disk names (sd, vd, dasd...).
std::strong_ordering natural_order(std::string_view left, std::string_view right);

/// For std::sort, std::map.
struct NaturalLess {
  using is_transparent = void;
  bool operator()(std::string_view left, std::string_view right) const {
    return natural_order(left, right) < 0;
  }
};

}  // namespace multipath
