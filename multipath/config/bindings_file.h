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
//   comment = "#" anything, at the beginning of the line or after a blank
//
// Other lines, and second bindings of an alias, are reported and stay in the file. In
// multipath-tools (libmultipath/alias.c) a comment may also begin within a word: it reads
// "mpatha 1ACME_A#7" as the binding of the unit 1ACME_A. A WWID is reported by the target, so here
// a word is never cut.

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

/// Can both this program and multipath-tools read the binding back unchanged? Not if a word is
/// empty or contains blanks, control characters or a '#', and not beyond the limits of
/// multipath-tools for a line (LINE_MAX) and a WWID (127 bytes).
bool is_read_back(const Binding& binding);

/// The text with the binding, which must be is_read_back(), appended; an empty text gets the header
/// comment.
std::string with_binding(std::string_view text, const Binding& binding);
std::string with_bindings(std::string_view text, std::span<const Binding> bindings);

/// "mpath" and 1, 2, ... 26, 27 give "mpatha", "mpathb", ... "mpathz", "mpathaa": base 26 without a
/// zero.
std::string numbered_alias(std::string_view prefix, std::uint32_t number);
/// The number in an alias of that prefix; nothing for any other name.
std::optional<std::uint32_t> number_of_alias(std::string_view alias, std::string_view prefix);

/// The numbers of the bindings with a prefix, in the order of the file.
class AliasNumbers {
 public:
  explicit AliasNumbers(std::string prefix) : prefix_(std::move(prefix)) {}
  void meet(std::string_view alias);
  /// The first candidate for a new alias, see new_alias().
  std::uint32_t next() const;

 private:
  std::string prefix_;
  std::uint32_t next_ = 1;
  std::uint32_t biggest_ = 0;
  std::optional<std::uint32_t> smallest_passed_;
};

/// The first alias from the number on that is not taken; nothing when all numbers are used.
std::optional<std::string> first_free_alias(std::string_view prefix, std::uint32_t number,
                                            const std::function<bool(const std::string&)>& taken);

/// A new alias. multipath-tools chooses the same one: the first number that is missing when the
/// file is read in its order; if a greater number precedes it and it is in use, the greatest number
/// plus one. Names that are `taken` otherwise (by a map, or in multipath.conf) are skipped. Nothing
/// when all numbers are used.
std::optional<std::string> new_alias(const Bindings& bindings, std::string_view prefix,
                                     const std::function<bool(const std::string&)>& taken);

}  // namespace multipath
