#include "multipath/daemon/clients.h"

namespace multipath::daemon {

bool Client::proceed(const Answer& answer) {
  if (has_unsent() ? !send() : !receive()) return false;
  answer_all(answer);
  return true;
}

bool Client::receive() {
  const auto bytes = connection_->receive();
  if (!bytes) return bytes.error() == ClientConnection::Standstill::for_now;
  return frames_.append(*bytes);
}

void Client::answer_all(const Answer& answer) {
  while (!has_unsent()) {
    const auto command = frames_.next();
    if (!command) return;
    unsent_ = wire::framed(answer(connection_->user(), *command));
    sent_ = 0;
    // Most replies are short, and go at once. An error shows at the next call.
    static_cast<void>(send());
  }
}

bool Client::send() {
  constexpr std::size_t piece = std::size_t{64} << 10U;
  const auto count = connection_->send(std::string_view(unsent_).substr(sent_, piece));
  if (!count) return count.error() == ClientConnection::Standstill::for_now;
  sent_ += *count;
  if (!has_unsent()) {
    unsent_.clear();
    unsent_.shrink_to_fit();
    sent_ = 0;
  }
  return true;
}

}  // namespace multipath::daemon
