#pragma once

#include <string_view>

namespace multipath {

/// A keyword or section that old or other versions of multipath-tools know, and this one does not.
struct DroppedKeyword {
  std::string_view name;
  std::string_view successor;  ///< what to write instead; "" for nothing
  std::string_view reason;     ///< whose it is, or why it went
};

/// Nothing for a word that no version is known to take.
const DroppedKeyword* find_dropped_keyword(std::string_view name);
/// The successor of a keyword that the table of keywords calls obsolete; "" for none.
std::string_view successor_of(std::string_view name);

}  // namespace multipath
