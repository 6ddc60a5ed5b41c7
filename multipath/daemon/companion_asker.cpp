#include "multipath/daemon/companion_asker.h"

#include "multipath/daemon/asker_message.h"
#include "multipath/daemon/packing.h"

namespace multipath::daemon {

void CompanionAsker::start() {
  stream_.clear();
  ++starts_;
  companion_.start();
}

void CompanionAsker::ask(const AskerRequest& request) { companion_.send(message_of(request)); }

Asker::Received CompanionAsker::receive() {
  Companion::Received bytes = companion_.receive();
  stream_ += bytes.bytes;
  Received received{.replies = {}, .ended = bytes.ended};
  try {
    while (auto reply = take_reply(stream_)) received.replies.push_back(std::move(*reply));
  } catch (const BadPacking&) {
    received.ended = true;
  }
  return received;
}

}  // namespace multipath::daemon
