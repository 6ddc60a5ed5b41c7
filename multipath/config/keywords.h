#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "multipath/config/codec.h"

namespace multipath {

/// The sections of multipath.conf; a keyword may belong to several.
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

enum class KeywordStatus : std::uint8_t {
  obeyed,
  no_effect,  ///< for the daemon, or for a feature that this program does not have
  obsolete,   ///< dropped by multipath-tools or the kernel
};

/// What a keyword does here.
struct Effect {
  KeywordStatus status = KeywordStatus::obeyed;
  std::string_view reason = {};  ///< of a status other than obeyed
  std::string_view successor =
      {};  ///< what to write instead of an obsolete keyword; "" for nothing
};

/// A keyword of multipath.conf, and everything that is known about it.
struct Keyword {
  std::string_view name;
  Sections sections;
  Codec codec;
  std::string_view built_in;  ///< the value without any configuration; "" for none
  Effect effect;
  std::string_view meaning;  ///< one line, the first of its entry in multipath.conf(5)

  /// The built-in value; nothing for none.
  std::optional<Value> built_in_value() const;
};

/// All keywords, in the order in which `-t` prints them.
std::span<const Keyword> keywords();
const Keyword* find_keyword(std::string_view name, Section section);
/// The keywords of the section, and the names of the sections in it: for "did you mean".
std::vector<std::string_view> words_of(std::optional<Section> section);

/// A keyword or section of older or other versions of multipath-tools that is not read here.
struct DroppedKeyword {
  std::string_view name;
  std::string_view successor;  ///< what to write instead; "" for nothing
  std::string_view reason;     ///< which version has it, or why it was dropped
};
/// Nothing for a word that no known version has.
const DroppedKeyword* find_dropped_keyword(std::string_view name);

}  // namespace multipath
