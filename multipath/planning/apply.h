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

/// The result of an action.
struct Outcome {
  Action action;
  std::string error;                      ///< empty on success, or if there was nothing to do
  std::vector<std::string> remarks = {};  ///< limits and paths that could not be applied

  bool failed() const { return !error.empty(); }
};

/// Called before each change, with its number from 1 and the number of changes.
using Progress = std::function<void(std::size_t number, std::size_t count, const Action& action)>;

/// The ports of apply() beside device-mapper.
struct ApplyPorts {
  const SysTree& sys;     ///< to detect lost paths
  SysWriter& sys_writer;  ///< to set transport limits
  dm::WaitForUdev wait = dm::WaitForUdev{true};
};

/// Executes a plan through device-mapper under one udev cookie, and waits once for udev unless
/// `ports` disables the wait. Then verifies that each map has a live table and is not suspended. If
/// an action fails, restores its map and continues with the other actions.
///
/// If the kernel rejects a table because a path was lost in the meantime, loads the table without
/// that path and adds a remark. Sets transport limits before loading a table; a limit that the
/// kernel rejects is a remark, not a failure.
std::vector<Outcome> apply(const Plan& plan, dm::DeviceMapper& device_mapper,
                           const Progress& progress, const ApplyPorts& ports);

}  // namespace multipath
