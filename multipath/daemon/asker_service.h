#pragma once

#include <memory>

#include "multipath/config/configuration.h"
#include "multipath/host/byte_stream.h"
#include "multipath/host/host.h"

namespace multipath::daemon {

enum class Writing : bool { no, yes };

/// The asking process: takes requests from a stream and writes the replies to it, until the daemon
/// closes its end or the stream breaks. Nothing is written to a device.
///
/// With Writing::yes, plans are carried out, as `multipath event` does it: one process of the host at
/// a time (EventSpool::Turn), without waiting for udev. Paths are left to the daemon's checks.
///
/// Threads that wait for a device are left behind: `host` and `stream` live as long as the process.
void serve_requests(Host& host, const Configuration& configuration, Writing writing,
                    ByteStream& stream);

}  // namespace multipath::daemon
