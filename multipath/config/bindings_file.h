#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "multipath/config/diagnostic.h"

namespace multipath {

// The bindings file: which alias a unit has. Shared with multipath-tools.
//
//   file    = { [ blanks ] [ binding ] [ blanks ] [ comment ] newline }
//   binding = alias blanks wwid
//   comment = "#" anything, at the begin of the line or behind a blank
//
// Lines that are none of this, and second bindings of an alias, are reported and stay in the file.
// multipath-tools (libmultipath/alias.c) lets a comment begin within a word, too: it reads
// "mpatha 1ACME_A#7" as the binding of the unit 1ACME_A. A WWID is what the target says, so here a
// word is never cut.

struct Binding {
  std::string alias;
  std::string wwid;

  auto operator<=>(const Binding&) const = default;
};

struct Bindings {
  std::vector<Binding> list;  ///< in the order of the file; each alias once
  Diagnostics warnings;

  const Binding* of_wwid(std::string_view wwid) const;  ///< the first
  const Binding* of_alias(std::string_view alias) const;
};
Bindings parse_bindings(std::string_view text, const std::string& file);

/// Do this program and multipath-tools both read the binding back as it is? Not where a word is
/// empty or has blanks, control characters or a '#', and not beyond multipath-tools' limits of a
/// line (LINE_MAX) and of a WWID (127 bytes).
bool is_read_back(const Binding& binding);

/// The text with the binding, which is_read_back(), at its end; an empty text gets the header comment.
std::string with_binding(std::string_view text, const Binding& binding);
std::string with_bindings(std::string_view text, std::span<const Binding> bindings);

/// "mpath" and 1, 2, ... 26, 27 give "mpatha", "mpathb", ... "mpathz", "mpathaa": base 26 without a
/// zero.
std::string numbered_alias(std::string_view prefix, std::uint32_t number);
/// The number in an alias of that prefix; nothing for any other name.
std::optional<std::uint32_t> number_of_alias(std::string_view alias, std::string_view prefix);

/// The numbers of a prefix that the bindings have, met in the order of the file.
class AliasNumbers {
 public:
  explicit AliasNumbers(std::string prefix) : prefix_(std::move(prefix)) {}
  void meet(std::string_view alias);
  /// Where to begin to look for a new one: see new_alias().
  std::uint32_t next() const;

 private:
  std::string prefix_;
  std::uint32_t next_ = 1;
  std::uint32_t biggest_ = 0;
  std::optional<std::uint32_t> smallest_passed_;
};

/// The first alias from that number on that is not taken; nothing when the numbers are used up.
std::optional<std::string> first_free_alias(std::string_view prefix, std::uint32_t number,
                                            const std::function<bool(const std::string&)>& taken);

/// A new alias, chosen as multipath-tools does, so that both would choose the same: going through
/// the file in its order, the first number that was not met in turn; where a greater one stands
/// before it, and it is in use, one more than the greatest. Names that are `taken` otherwise (by a
/// map, or in multipath.conf) are passed over. Nothing when the numbers are used up.
std::optional<std::string> new_alias(const Bindings& bindings, std::string_view prefix,
                                     const std::function<bool(const std::string&)>& taken);

}  // namespace multipath
