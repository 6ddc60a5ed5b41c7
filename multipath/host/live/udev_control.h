#pragma once

namespace multipath {

/// Whether a udevd listens on its control socket. libudev and libdevmapper check only that the
/// socket's file exists; it remains after a udevd crash, and then every wait for udev would block
/// for ever.
bool udevd_listens();

}  // namespace multipath
