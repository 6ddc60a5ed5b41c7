#pragma once

#include <string>
#include <string_view>

namespace multipath {

/// A process beside this one, connected to it by a stream of bytes, that this one can end and start
/// again. No call waits for it.
class Companion {
 public:
  virtual ~Companion() = default;

  /// Starts the process; ends the one before, whatever it does. Throws std::system_error.
  virtual void start() = 0;
  /// Readable when receive() has something to return; changes with start().
  virtual int descriptor() const = 0;

  /// Sends the bytes, and keeps what the process does not take now for flush().
  virtual void send(std::string_view bytes) = 0;
  /// Has bytes that were not sent yet: call flush() when the descriptor is writable.
  virtual bool has_unsent() const = 0;
  virtual void flush() = 0;

  struct Received {
    std::string bytes;
    bool ended = false;  ///< the process has closed its end
  };
  /// What has come, at most 1 MiB.
  virtual Received receive() = 0;
};

}  // namespace multipath
