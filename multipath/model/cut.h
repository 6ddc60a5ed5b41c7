#pragma once

#include <string_view>
#include <utility>

namespace multipath {

/// Takes the part before the first `end` off, and the `end` with it; all where there is none. A
/// text is walked line by line, and a line word by word, until it is empty.
inline std::string_view cut(std::string_view& text, char end) {
  const auto at = text.find(end);
  if (at == std::string_view::npos) return std::exchange(text, {});
  const std::string_view part = text.substr(0, at);
  text.remove_prefix(at + 1);
  return part;
}

}  // namespace multipath
