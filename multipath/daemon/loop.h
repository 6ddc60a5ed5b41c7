#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>

#include "libsg/file_descriptor.h"
#include "multipath/watch/time.h"

namespace multipath::daemon {

/// Waits for descriptors and for a time: epoll(7) and a timer of CLOCK_BOOTTIME, which runs on while
/// the host sleeps. Plain epoll because the daemon has a handful of descriptors and one timer: a
/// library would be more code than this class.
class Loop {
 public:
  enum class Readiness : std::uint8_t { to_read, to_write, to_read_or_write };
  using Handler = std::function<void()>;

  Loop();

  /// Calls `handler` whenever the descriptor is ready. Replaces what was said of it before.
  void watch(int descriptor, Readiness readiness, Handler handler);
  /// Before the descriptor is closed. May be called by a handler, also for its own descriptor.
  void forget(int descriptor);

  /// Waits until something is ready or the time has come, and calls the handlers of what is ready.
  void wait(std::optional<multipath::watch::Instant> until);

  static multipath::watch::Instant now();

 private:
  struct Watched {
    Readiness readiness = Readiness::to_read;
    Handler handler;
  };
  void set_timer(std::optional<multipath::watch::Instant> until) const;

  scsi::FileDescriptor epoll_;
  scsi::FileDescriptor timer_;
  std::map<int, Watched> watched_;
};

}  // namespace multipath::daemon
