#pragma once

#include <chrono>

#include "multipath/host/host.h"

namespace multipath::daemon {

/// uxsock_timeout and 100 ms for the way, as in multipath-tools. With a configuration that has errors
/// the default of uxsock_timeout: clients must be able to talk to a running daemon nevertheless.
std::chrono::milliseconds client_limit(const Host& host);

}  // namespace multipath::daemon
