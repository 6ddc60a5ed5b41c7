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

class SysWriter;

/// What became of an action.
struct Outcome {
  Action action;
  std::string error;                      ///< empty when it was done, or nothing was to do
  std::vector<std::string> remarks = {};  ///< what the kernel refused and the map is good without

  bool failed() const { return !error.empty(); }
};

/// Called before each action that does something: its number from 1, and how many there are.
using Progress = std::function<void(std::size_t number, std::size_t count, const Action& action)>;

/// Carries a plan out through the one writer to device-mapper. All of it happens under one udev
/// cookie, which is waited for unless `wait` says no; after the one wait, each map is read again and must have a live table and not be
/// suspended. An action that fails puts its map back as it was, and the others go on.
///
/// Before a table is loaded, `sysfs`, where there is one, tells the paths' transports their limits;
/// what the kernel refuses of that is a remark and never a failure.
std::vector<Outcome> apply(const Plan& plan, dm::DeviceMapper& device_mapper,
                           const Progress& progress, SysWriter* sysfs = nullptr,
                           dm::WaitForUdev wait = dm::WaitForUdev{true});

}  // namespace multipath
