#pragma once

#include <cstdint>
#include <optional>

namespace multipath {

/// The signals of an administrator to the daemon.
enum class Signal : std::uint8_t {
  end,          ///< SIGTERM, SIGINT
  reconfigure,  ///< SIGHUP
};

/// Signals as events.
class Signals {
 public:
  virtual ~Signals() = default;

  /// Readable while take() has something to return.
  virtual int descriptor() const = 0;
  /// The next signal that has arrived. Does not block.
  virtual std::optional<Signal> take() = 0;
};

}  // namespace multipath
