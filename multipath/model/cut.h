#pragma once

#include <algorithm>
#include <string_view>

namespace multipath {

/// Takes the part before the first `end` off, and the `end` with it; all where there is none. A
/// text is walked line by line, and a line word by word, until it is empty.
inline std::string_view cut(std::string_view& text, char end) {
  const auto at = std::min(text.find(end), text.size());
  const std::string_view part = text.substr(0, at);
  text.remove_prefix(std::min(at + 1, text.size()));
  return part;
}

}  // namespace multipath
