#pragma once

namespace multipath {

/// Does a udevd listen on its control socket? The socket's file alone, which is what libudev and
/// libdevmapper look at, outlives a udevd that did not end in order, and then everybody who waits
/// for udev waits for ever.
bool udevd_listens();

}  // namespace multipath
