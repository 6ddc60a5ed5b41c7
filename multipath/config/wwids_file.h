#pragma once

#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "multipath/model/wwid.h"

namespace multipath {

// The wwids file: the units that have, or had, a map. Shared with multipath-tools.
//
//   file   = { line newline }
//   line   = "/" wwid "/"          a unit
//          | "#" anything          a comment, or a unit that was removed: its first "/" overwritten
//          | anything else         ignored
//
// All functions are pure: text in, text out. Lines that are not touched stay as they are.

/// The WWIDs, in the order of the file.
std::vector<std::string> wwids_in(std::string_view text);
/// Those of them that are WWIDs.
std::set<Wwid> known_units_in(std::string_view text);
bool lists_wwid(std::string_view text, std::string_view wwid);

/// The text with the unit at its end; the same text when it is listed already. An empty text gets
/// the header comment.
std::string with_wwid(std::string_view text, std::string_view wwid);
std::string with_wwids(std::string_view text, std::span<const std::string> wwids);
/// The text with each line of the unit made a comment; nothing when it is not listed.
std::optional<std::string> without_wwid(std::string_view text, std::string_view wwid);
/// A new file.
std::string wwids_text(std::span<const std::string> wwids);

}  // namespace multipath
