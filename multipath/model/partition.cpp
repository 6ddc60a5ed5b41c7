#include "multipath/model/partition.h"

#include <string_view>

#include <fmt/format.h>

#include "multipath/model/number_text.h"

namespace multipath {
namespace {

constexpr std::string_view prefix = "part";

}  // namespace

std::string partition_uuid(std::uint32_t number, const std::string& map_uuid) {
  return fmt::format("{}{}-{}", prefix, number, map_uuid);
}

std::string_view map_of_partition(std::string_view uuid) {
  if (!uuid.starts_with(prefix)) return {};
  const auto dash = uuid.find_first_not_of("0123456789", prefix.size());
  if (dash == prefix.size() || dash == std::string_view::npos || uuid[dash] != '-') return {};
  return uuid.substr(dash + 1);
}

std::optional<std::uint32_t> partition_number_of(const std::string& uuid,
                                                 const std::string& map_uuid) {
  if (map_uuid.empty() || map_of_partition(uuid) != map_uuid) return std::nullopt;
  const std::string_view text = uuid;
  return parse_number<std::uint32_t>(
      text.substr(prefix.size(), text.size() - prefix.size() - 1 - map_uuid.size()));
}

}  // namespace multipath
