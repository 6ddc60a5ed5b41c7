#pragma once

#include <functional>
#include <string>
#include <vector>

#include "multipath/planning/plan.h"

namespace dm {
class DeviceMapper;
enum class WaitForUdev : bool;
}  // namespace dm

namespace multipath {

class SysTree;
class SysWriter;

/// What became of an action.
struct Outcome {
  Action action;
  std::string error;                      ///< empty when it was done, or nothing was to do
  std::vector<std::string> remarks = {};  ///< what the map is good without: limits, paths

  bool failed() const { return !error.empty(); }
};

/// Called before each action that does something: its number from 1, and how many there are.
using Progress = std::function<void(std::size_t number, std::size_t count, const Action& action)>;

/// What carrying out uses beside device-mapper.
struct ApplyPorts {
  const SysTree* sys = nullptr;  ///< tells which paths are still there; without it none is left out
  SysWriter* sys_writer = nullptr;  ///< tells the paths' transports their limits
  dm::WaitForUdev wait = dm::WaitForUdev{true};
};

/// Carries a plan out through the one writer to device-mapper. All of it happens under one udev
/// cookie, which is waited for unless the means say no; after the one wait, each map is read again and must have a live
/// table and not be suspended. An action that fails puts its map back as it was, and the others go on.
///
/// A path that went since it answered does not cost the others: where a table is not taken, it is loaded
/// again without such paths, which is a remark. What the kernel refuses of the transports' limits, which are
/// set before a table is loaded, is a remark, too, and never a failure.
std::vector<Outcome> apply(const Plan& plan, dm::DeviceMapper& device_mapper,
                           const Progress& progress, const ApplyPorts& means = {});

}  // namespace multipath
