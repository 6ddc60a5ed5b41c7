#include "multipath/wire/frame.h"

#include <cstring>

namespace multipath::wire {

std::string framed(std::string_view text) {
  const std::size_t length = text.size() + 1;
  std::string message(sizeof length + length, '\0');
  std::memcpy(message.data(), &length, sizeof length);
  std::memcpy(message.data() + sizeof length, text.data(), text.size());
  return message;
}

std::optional<std::size_t> FrameReader::announced_length() const {
  std::size_t length = 0;
  if (buffer_.size() < sizeof length) return std::nullopt;
  std::memcpy(&length, buffer_.data(), sizeof length);
  return length;
}

bool FrameReader::append(std::string_view bytes) {
  if (broken_) return false;
  buffer_.append(bytes);
  const auto length = announced_length();
  if (length && (*length == 0 || *length > limit_)) {
    broken_ = true;
    buffer_.clear();
    buffer_.shrink_to_fit();
  }
  return !broken_;
}

std::optional<std::string> FrameReader::next() {
  const auto length = announced_length();
  if (broken_ || !length) return std::nullopt;
  if (buffer_.size() - sizeof *length < *length) return std::nullopt;
  std::string message = buffer_.substr(sizeof *length, *length);
  buffer_.erase(0, sizeof *length + *length);
  if (const auto end = message.find('\0'); end != std::string::npos) message.resize(end);
  // The length of the message behind it is judged when it is complete, or here.
  append({});
  return message;
}

}  // namespace multipath::wire
