#include "tests/support/hex.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

namespace tests {

namespace {

constexpr std::string_view separators = " \t\r\n,";
constexpr std::string_view ends = " \t\r\n,#";

}  // namespace

tl::expected<scsi::ByteVector, scsi::Malformed> read_hex(std::string_view text) {
  scsi::ByteVector bytes;
  std::size_t at = 0;
  while ((at = text.find_first_not_of(separators, at)) != std::string_view::npos) {
    if (text[at] == '#') {
      at = std::min(text.find('\n', at), text.size());
      continue;
    }
    const std::string_view word =
        text.substr(at, std::min(text.find_first_of(ends, at), text.size()) - at);
    std::uint8_t byte = 0;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), byte, 16);
    if (word.size() > 2 || error != std::errc() || end != word.data() + word.size()) {
      return tl::unexpected(scsi::Malformed{at, fmt::format("'{}' is no byte in hex", word)});
    }
    bytes.push_back(byte);
    at += word.size();
  }
  return bytes;
}

std::string write_hex(scsi::ByteView bytes) {
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const bool ends_line = i % 16 == 15 || i + 1 == bytes.size();
    text += fmt::format("{:02x}{}", bytes[i], ends_line ? '\n' : ' ');
  }
  return text;
}

}  // namespace tests
