#include "multipath/model/partition.h"

#include <string_view>

#include <fmt/format.h>

#include "multipath/model/number_text.h"

namespace multipath {

std::string partition_uuid(std::uint32_t number, const std::string& map_uuid) {
  return fmt::format("part{}-{}", number, map_uuid);
}

std::optional<std::uint32_t> partition_number_of(const std::string& uuid,
                                                 const std::string& map_uuid) {
  constexpr std::string_view prefix = "part";
  std::string_view rest = uuid;
  if (!rest.starts_with(prefix) || !rest.ends_with("-" + map_uuid)) return std::nullopt;
  rest.remove_prefix(prefix.size());
  if (rest.size() <= map_uuid.size()) return std::nullopt;
  rest.remove_suffix(map_uuid.size() + 1);
  return parse_number<std::uint32_t>(rest);
}

}  // namespace multipath
