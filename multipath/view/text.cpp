#include "multipath/view/text.h"

#include <fmt/format.h>

namespace multipath {

std::string size_text(std::uint64_t sectors) {
  constexpr std::string_view units = "KMGTP";
  const std::uint64_t kibibytes = sectors / 2;
  auto size = static_cast<float>(kibibytes);  // the packaged tool's numbers are floats, too
  std::size_t unit = 0;
  for (; size >= 1024 && unit + 1 < units.size(); ++unit) size /= 1024;
  return size < 10 ? fmt::format("{:.1f}{}", size, units[unit])
                   : fmt::format("{:.0f}{}", size, units[unit]);
}

}  // namespace multipath
