#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

namespace multipath {

/// The sections of multipath.conf; a keyword may stand in several.
enum class Section : std::uint16_t {
  defaults = 1U << 0U,
  blacklist = 1U << 1U,
  blacklist_exceptions = 1U << 2U,
  blacklist_device = 1U << 3U,  ///< device in blacklist or blacklist_exceptions
  devices = 1U << 4U,
  device = 1U << 5U,  ///< device in devices
  overrides = 1U << 6U,
  protocol = 1U << 7U,  ///< protocol in overrides
  multipaths = 1U << 8U,
  multipath = 1U << 9U,
};
std::string to_string(Section section);

/// The section that `name` opens in `outer` (nothing for the file), if it does.
std::optional<Section> section_in(std::optional<Section> outer, std::string_view name);

/// A set of sections.
struct Sections {
  std::uint16_t bits = 0;
  constexpr Sections() = default;
  constexpr Sections(Section section) : bits(static_cast<std::uint16_t>(section)) {}  // NOLINT
  constexpr bool contains(Section section) const {
    return (bits & static_cast<std::uint16_t>(section)) != 0;
  }
  friend constexpr Sections operator|(Sections a, Sections b) {
    Sections both;
    both.bits = a.bits | b.bits;
    return both;
  }
};

/// What becomes of a keyword here.
enum class KeywordStatus : std::uint8_t {
  obeyed,
  no_effect,  ///< for the daemon, or for what this program does not do; the reason says which
  obsolete,   ///< multipath-tools itself has dropped it, or the kernel has
};

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

/// A keyword of multipath.conf, and all that is known of it.
struct Keyword {
  std::string_view name;
  Sections sections;
  ValueKind kind = ValueKind::text;
  std::string_view words;  ///< of kinds words and number, separated by '|'
  std::int64_t least = 0;
  std::int64_t most = 0;
  std::string_view built_in;  ///< the value without any configuration; "" for none
  KeywordStatus status = KeywordStatus::obeyed;
  std::string_view reason;  ///< of a status other than obeyed
};

/// All of them, in the order in which `-t` prints them.
std::span<const Keyword> keywords();
const Keyword* find_keyword(std::string_view name, Section section);
/// Words to choose the nearest from: keywords of the section and names of sections in it.
std::vector<std::string_view> words_of(std::optional<Section> section);

/// The value in the form in which all code behind the parser sees it ("1" becomes "yes"), or why
/// it is none: a sentence.
tl::expected<std::string, std::string> canonical_value(const Keyword& keyword,
                                                       std::string_view value);
/// The words of a keyword's values, for messages.
std::vector<std::string_view> value_words(const Keyword& keyword);

/// Does `-t` print the value in quotes? Numbers stand bare.
bool is_printed_in_quotes(const Keyword& keyword, std::string_view value);

}  // namespace multipath
