#pragma once

#include <map>
#include <string>
#include <vector>

#include "multipath/model/map.h"
#include "multipath/model/path.h"

namespace multipath {

/// A host at one time, to be compared with itself at another.
struct HostState {
  std::vector<Path> paths;
  std::vector<CurrentMap> maps;
  /// "defaults/polling_interval" and its value; what stands there more than once, each.
  std::multimap<std::string, std::string> configuration;
};

/// Something that is not as it was.
struct HostChange {
  enum class Kind : std::uint8_t { added, removed, changed };
  enum class Subject : std::uint8_t { path, map, configuration };
  Subject subject = Subject::path;
  Kind kind = Kind::changed;
  std::string name;    ///< "sdq", "mpatha", "defaults/polling_interval"
  std::string what;    ///< changed: "state", "size"...; empty otherwise
  std::string before;  ///< empty for what was added
  std::string after;   ///< empty for what was removed

  auto operator<=>(const HostChange&) const = default;
};
std::string to_string(HostChange::Subject subject);
std::string to_string(HostChange::Kind kind);

/// Paths are known by their kernel name, maps by their uuid. Paths first, then maps, then the
/// configuration, each in natural order.
std::vector<HostChange> changes_between(const HostState& before, const HostState& after);

}  // namespace multipath
