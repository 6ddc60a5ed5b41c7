#include "multipath/discovery/holder_swaps.h"

#include <sstream>

#include "multipath/model/holder_names.h"
#include "multipath/model/number_text.h"

namespace multipath {

std::vector<HolderSwap> parse_swaps(std::string_view text) {
  std::vector<HolderSwap> result;
  std::istringstream input{std::string(text)};
  std::string line;
  std::getline(input, line);  // the header
  while (std::getline(input, line)) {
    std::istringstream words(line);
    std::string file, type, size, used;
    if (!(words >> file >> type >> size >> used)) continue;
    const auto used_kib = parse_number<std::uint64_t>(used);
    if (!used_kib || !file.starts_with('/')) continue;
    result.push_back({unescape_octal(file), type == "file", *used_kib});
  }
  return result;
}

std::uint64_t parse_memory_available(std::string_view meminfo) {
  constexpr std::string_view key = "MemAvailable:";
  const auto begin = meminfo.find(key);
  if (begin == std::string_view::npos) return 0;
  std::istringstream words{std::string(meminfo.substr(begin + key.size(), 64))};
  std::uint64_t value = 0;
  words >> value;
  return words ? value : 0;
}

}  // namespace multipath
