#pragma once

#include <functional>
#include <set>
#include <vector>

#include "multipath/config/configuration.h"
#include "multipath/discovery/identify.h"
#include "multipath/host/host.h"
#include "multipath/run/notices.h"
#include "multipath/run/plan_run.h"
#include "multipath/run/restore_run.h"

namespace multipath {

/// What a run for some devices came to.
struct EventRun {
  PlanRun planned;
  std::vector<Outcome> outcomes;   ///< of the plan's actions
  std::vector<Restored> restored;  ///< of the maps that kept their table

  std::size_t failures() const;
};

/// Does for the units of some devices, which may be gone, what a whole run does for all units,
/// without waiting for udev, and takes paths that work again into use. A map that is created here may
/// queue: where events are handled, paths are restored.
EventRun handle_events(Host& host, const Configuration& configuration,
                       const DiscoveryOptions& discovery_options,
                       const std::set<DeviceNumber>& devices, const Notices& notices);

/// Hands the device in; then, unless another process has the turn, has `handle` look after all
/// devices that wait, until none does. Throws std::system_error when the spool cannot be used.
void take_turns(EventSpool& spool, DeviceNumber device,
                const std::function<void(const std::set<DeviceNumber>&)>& handle);

}  // namespace multipath
