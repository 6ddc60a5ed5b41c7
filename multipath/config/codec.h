#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include <tl/expected.hpp>

#include "multipath/config/pattern.h"
#include "multipath/config/settings.h"

namespace multipath {

/// The words of "N word...", without N.
using Words = std::vector<std::string>;

/// The value of a keyword: the meaning of its text, and its canonical text ("yes" for "1").
class Value {
 public:
  using Meaning =
      std::variant<std::string, bool, std::int64_t, Words, Pattern, RulePattern, PathSelector,
                   NoPathRetry, Failback, TransportTimeout, PathGroupingPolicy, PrioritizerKind,
                   CheckerKind, FindMultipaths, Whitelist, AutoResize>;
  Value(Meaning meaning, std::string text) : meaning_(std::move(meaning)), text_(std::move(text)) {}

  /// The keyword's codec decides which type it is.
  template <class T>
  const T& as() const {
    return std::get<T>(meaning_);
  }
  const std::string& text() const { return text_; }

 private:
  Meaning meaning_;
  std::string text_;
};

/// A value, or why the text is not one: a phrase without its dot.
using ReadValue = tl::expected<Value, std::string>;

/// How a value is written.
enum class ValueKind : std::uint8_t {
  text,           ///< anything
  yes_no,         ///< yes, no, 1, 0
  words,          ///< one of the words
  number,         ///< decimal from least to most, or one of the words
  pattern,        ///< POSIX extended regular expression
  rule,           ///< a pattern, inverted by a '!' before it
  counted,        ///< "N word...", N words
  selector,       ///< "name N word..."
  octal,          ///< file mode
  user,           ///< name or number of a user
  group,          ///< name or number of a group
  path,           ///< absolute path
  key,            ///< reservation key: hexadecimal, or "file"
  protocol_type,  ///< "scsi:fcp"
  attributes,     ///< "sd:ID_SERIAL dasd:ID_UID"
};

/// Reads the text of a keyword's value once, and writes its canonical form. The functions below
/// make one of each kind.
struct Codec {
  ValueKind kind = ValueKind::text;
  ReadValue (*reader)(const Codec& codec, std::string_view text) = nullptr;
  std::vector<std::string_view> (*word_list)() = nullptr;
  std::int64_t least = 0;  ///< of a number, with `most`
  std::int64_t most = 0;

  ReadValue read(std::string_view text) const { return reader(*this, text); }
  /// The words that it takes, for messages; none for a value of another kind.
  std::vector<std::string_view> words() const;
  /// What it takes, as in "expected a number from 0 to 4".
  std::string expectation() const;
  /// Does `-t` print the value in quotes? Numbers are printed bare.
  bool is_printed_in_quotes(std::string_view text) const;

  /// The number, where the text is one from `least` to `most`: strtol's, "+5" and "005" included.
  std::optional<std::int64_t> number_in(std::string_view text) const;
  tl::unexpected<std::string> refusal() const {
    return tl::unexpected("expected " + expectation());
  }
};

/// One for each codec below; `codec` has the limits.
namespace readers {
ReadValue text(const Codec& codec, std::string_view text);
ReadValue yes_no(const Codec& codec, std::string_view text);
ReadValue number(const Codec& codec, std::string_view text);
ReadValue pattern(const Codec& codec, std::string_view text);
ReadValue rule(const Codec& codec, std::string_view text);
ReadValue counted(const Codec& codec, std::string_view text);
ReadValue selector(const Codec& codec, std::string_view text);
ReadValue octal(const Codec& codec, std::string_view text);
ReadValue owner(const Codec& codec, std::string_view text);
ReadValue path(const Codec& codec, std::string_view text);
ReadValue key(const Codec& codec, std::string_view text);
ReadValue protocol(const Codec& codec, std::string_view text);
ReadValue attributes(const Codec& codec, std::string_view text);
}  // namespace readers

/// The codecs. The meaning of a value is a std::string where no other type is named.
namespace codecs {

constexpr Codec any_text() { return {.kind = ValueKind::text, .reader = readers::text}; }
/// bool
constexpr Codec yes_or_no() { return {.kind = ValueKind::yes_no, .reader = readers::yes_no}; }
/// std::int64_t
constexpr Codec number(std::int64_t least, std::int64_t most) {
  return {.kind = ValueKind::number, .reader = readers::number, .least = least, .most = most};
}
/// Pattern
constexpr Codec regular_expression() {
  return {.kind = ValueKind::pattern, .reader = readers::pattern};
}
/// RulePattern
constexpr Codec rule() { return {.kind = ValueKind::rule, .reader = readers::rule}; }
/// Words
constexpr Codec counted_words() { return {.kind = ValueKind::counted, .reader = readers::counted}; }
/// PathSelector
constexpr Codec selector() { return {.kind = ValueKind::selector, .reader = readers::selector}; }
/// std::int64_t
constexpr Codec file_mode() {
  return {.kind = ValueKind::octal, .reader = readers::octal, .most = 07777};
}
constexpr Codec user_name(std::int64_t most) {
  return {.kind = ValueKind::user, .reader = readers::owner, .most = most};
}
constexpr Codec group_name(std::int64_t most) {
  return {.kind = ValueKind::group, .reader = readers::owner, .most = most};
}
constexpr Codec absolute_path() { return {.kind = ValueKind::path, .reader = readers::path}; }
constexpr Codec reservation_key() { return {.kind = ValueKind::key, .reader = readers::key}; }
constexpr Codec protocol_name() {
  return {.kind = ValueKind::protocol_type, .reader = readers::protocol};
}
constexpr Codec udev_properties() {
  return {.kind = ValueKind::attributes, .reader = readers::attributes};
}

/// A word of the table. The meaning is the table's value.
template <const auto& names>
constexpr Codec one_of() {
  return {.kind = ValueKind::words,
          .reader = [](const Codec& codec, std::string_view text) -> ReadValue {
            const auto value = names.parse(text);
            if (!value) return codec.refusal();
            std::string word(names.word_of(*value));
            if constexpr (std::is_same_v<decltype(*value), const std::string_view&>) {
              return Value(word, word);
            } else {
              return Value(*value, std::move(word));
            }
          },
          .word_list = [] { return names.words(); }};
}

/// A number, or a word of the table that stands for itself. The meaning is a std::int64_t or a
/// std::string.
template <const auto& names>
constexpr Codec number_or(std::int64_t least, std::int64_t most) {
  return {.kind = ValueKind::number,
          .reader = [](const Codec& codec, std::string_view text) -> ReadValue {
            if (const auto word = names.parse(text))
              return Value(std::string(*word), std::string(*word));
            return readers::number(codec, text);
          },
          .word_list = [] { return names.words(); },
          .least = least,
          .most = most};
}

/// A word of the table of T's kinds, or a number, which gives the kind `numeric`; 0 gives the kind
/// `zero` where there is one. The meaning is a T{kind, number}.
template <class T, const auto& names, auto numeric, auto... zero>
constexpr Codec kind_or_number(std::int64_t most) {
  return {.kind = ValueKind::number,
          .reader = [](const Codec& codec, std::string_view text) -> ReadValue {
            const auto read = [](typename T::Kind kind, std::uint32_t number = 0) {
              const T value{kind, number};
              return Value(value, to_string(value));
            };
            if (const auto kind = names.parse(text)) return read(*kind);
            const auto number = codec.number_in(text);
            if (!number) return codec.refusal();
            if constexpr (sizeof...(zero) > 0) {
              if (*number == 0) return read(zero...);
            }
            return read(numeric, static_cast<std::uint32_t>(*number));
          },
          .word_list = [] { return names.words(); },
          .most = most};
}

}  // namespace codecs

}  // namespace multipath
