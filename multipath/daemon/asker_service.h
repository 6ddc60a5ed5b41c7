#pragma once

#include <memory>

#include "multipath/config/configuration.h"
#include "multipath/host/byte_stream.h"
#include "multipath/host/host.h"

namespace multipath::daemon {

/// The asking process: takes requests from a stream and writes the replies to it, until the daemon
/// closes its end or the stream breaks. Nothing is written to a device or to device-mapper.
///
/// Threads that wait for a device are left behind: `host` and `stream` live as long as the process.
void serve_requests(Host& host, const Configuration& configuration, ByteStream& stream);

}  // namespace multipath::daemon
