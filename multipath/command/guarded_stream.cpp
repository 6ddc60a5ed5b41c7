#include "multipath/command/guarded_stream.h"

#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <optional>
#include <utility>

#include <unistd.h>

#include "multipath/model/printable.h"

namespace multipath {
namespace {

/// What this program itself writes to a terminal: bold, normal, begin of the line, erase to its end (ECMA-48).
constexpr std::array<std::string_view, 4> own_sequences{"\x1b[1m", "\x1b[0m", "\x1b[K", "\r"};

/// Is this the beginning of a character of UTF-8 whose end is missing?
bool is_begun_character(std::string_view bytes) {
  const auto lead = static_cast<unsigned char>(bytes.front());
  const std::size_t length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1;
  return bytes.size() < length &&
         std::ranges::all_of(
             bytes.substr(1),
             [](char c) { return (static_cast<unsigned char>(c) & 0xc0U) == 0x80U; });
}

std::optional<std::string> variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

}  // namespace

Style style_of_descriptor(int descriptor) {
  struct stat status = {};
  const bool is_terminal = isatty(descriptor) != 0 && fstat(descriptor, &status) == 0;
  return style_of({is_terminal, major(status.st_rdev), minor(status.st_rdev), variable("TERM"),
                   variable("NO_COLOR")});
}

GuardedStream::GuardedStream(std::ostream& below, Style style)
    : std::ostream(nullptr), guard_(below, style) {
  rdbuf(&guard_);
}

GuardedStream::~GuardedStream() { flush(); }

GuardedStream::Guard::int_type GuardedStream::Guard::overflow(int_type byte) {
  if (traits_type::eq_int_type(byte, traits_type::eof())) return traits_type::not_eof(byte);
  const char c = traits_type::to_char_type(byte);
  return xsputn(&c, 1) == 1 ? byte : traits_type::eof();
}

std::streamsize GuardedStream::Guard::xsputn(const char* bytes, std::streamsize count) {
  const std::string_view given(bytes, static_cast<std::size_t>(count));
  if (held_.empty()) return put(given) ? count : 0;
  const std::string all = std::exchange(held_, {}) + std::string(given);
  return put(all) ? count : 0;
}

int GuardedStream::Guard::sync() {
  const std::string rest = std::exchange(held_, {});
  below_ << printable(rest);
  below_.flush();
  return below_ ? 0 : -1;
}

/// How long the sequence of the program's own at the beginning is; 0 when there is none.
std::size_t GuardedStream::Guard::own_sequence(std::string_view bytes) const {
  if (bytes.front() == '\n' || bytes.front() == '\t') return 1;
  if (style_ == Style::plain) return 0;
  for (const std::string_view sequence : own_sequences)
    if (bytes.starts_with(sequence)) return sequence.size();
  return 0;
}

/// Could more bytes make this a character, or a sequence of the program's own?
bool GuardedStream::Guard::may_go_on(std::string_view bytes) const {
  if (is_begun_character(bytes)) return true;
  return style_ == Style::terminal && std::ranges::any_of(own_sequences, [&](auto sequence) {
           return sequence.size() > bytes.size() && sequence.starts_with(bytes);
         });
}

bool GuardedStream::Guard::put(std::string_view bytes) {
  while (!bytes.empty()) {
    std::size_t good = printable_length(bytes);
    while (good < bytes.size()) {
      const std::size_t own = own_sequence(bytes.substr(good));
      if (own == 0) break;
      good += own;
      good += printable_length(bytes.substr(good));
    }
    below_.write(bytes.data(), static_cast<std::streamsize>(good));
    bytes.remove_prefix(good);
    if (bytes.empty()) break;
    if (may_go_on(bytes)) {
      held_ = bytes;
      break;
    }
    below_.put('.');
    bytes.remove_prefix(1);
  }
  return static_cast<bool>(below_);
}

}  // namespace multipath
