#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <vector>

#include "multipath/config/configuration.h"
#include "multipath/daemon/daemon.h"
#include "multipath/daemon/descriptor_journal.h"
#include "multipath/host/client_listener.h"
#include "multipath/host/companion.h"
#include "multipath/host/host.h"
#include "multipath/host/map_events.h"
#include "multipath/host/service_manager.h"
#include "multipath/host/signals.h"
#include "multipath/host/uevent_monitor.h"

namespace multipath::daemon {

/// What a daemon is connected to.
struct Connections {
  Host& host;
  Companion& companion;  ///< runs serve_requests()
  MapEvents& map_events;
  UeventMonitor& uevents;
  Signals& signals;
  ServiceManager& manager;
  DescriptorJournal& journal;
  std::vector<ClientListener*> listeners;
  std::uint32_t process = 0;
  /// The service manager ends a daemon that is silent for so long (sd_watchdog_enabled(3)).
  std::optional<std::chrono::microseconds> watchdog = {};
};

/// Runs the daemon until a signal or a client ends it. `configuration` is replaced when it is read
/// again; the companion's work reads it when it starts. Throws std::system_error for what makes it
/// impossible to go on.
void run_daemon(const Connections& connections, Configuration& configuration, Mode mode);

}  // namespace multipath::daemon
