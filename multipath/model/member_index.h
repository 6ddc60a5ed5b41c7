#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <unordered_map>

#include "multipath/model/map.h"
#include "multipath/model/path.h"

namespace multipath {

struct NumberHash {
  std::size_t operator()(DeviceNumber number) const {
    constexpr unsigned bits = 32;
    return std::hash<std::uint64_t>{}((std::uint64_t{number.major} << bits) | number.minor);
  }
};

// Who has many paths and maps asks these for one by its number. Both point into what they were made of.

/// The host's paths; of several with one number the first.
class PathIndex {
 public:
  explicit PathIndex(std::span<const Path> paths);
  /// Null when there is none.
  const Path* find(DeviceNumber number) const;

 private:
  std::unordered_map<DeviceNumber, const Path*, NumberHash> paths_;
};

/// Where paths are in use: the first map that has one in its status, or else in its table.
class MemberIndex {
 public:
  struct Member {
    const CurrentMap* map = nullptr;
    const PathStatus* status = nullptr;  ///< null when the map has none of it
  };
  explicit MemberIndex(std::span<const CurrentMap> maps);
  Member find(DeviceNumber number) const;

 private:
  std::unordered_map<DeviceNumber, Member, NumberHash> members_;
};

}  // namespace multipath
