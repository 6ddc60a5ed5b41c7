#pragma once

#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <string>

#include "multipath/host/client_listener.h"
#include "multipath/wire/frame.h"

namespace multipath::daemon {

/// A connected client: assembles its commands, and sends the replies in the pieces that it takes.
/// While a reply is unsent, no further command of this client is read.
class Client {
 public:
  using Answer = std::function<std::string(std::uint32_t user, std::string_view command)>;

  explicit Client(std::unique_ptr<ClientConnection> connection)
      : connection_(std::move(connection)), frames_(wire::longest_command) {}

  int descriptor() const { return connection_->descriptor(); }
  /// Wants to send (else to receive).
  bool has_unsent() const { return sent_ < unsent_.size(); }
  /// The descriptor is ready. Handles one piece of input, or sends one piece of a reply, so that no
  /// client delays another. Returns false when the connection is to be closed.
  bool proceed(const Answer& answer);

 private:
  bool receive();
  bool send();
  void answer_all(const Answer& answer);

  std::unique_ptr<ClientConnection> connection_;
  wire::FrameReader frames_;
  std::string unsent_;
  std::size_t sent_ = 0;
};

}  // namespace multipath::daemon
