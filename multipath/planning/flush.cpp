#include "multipath/planning/flush.h"

#include <algorithm>

#include <fmt/format.h>

#include "multipath/model/natural_order.h"

namespace multipath {

std::string_view map_of_partition(std::string_view uuid) {
  constexpr std::string_view part = "part";
  if (!uuid.starts_with(part)) return {};
  const auto dash = uuid.find_first_not_of("0123456789", part.size());
  if (dash == part.size() || dash == std::string_view::npos || uuid[dash] != '-') return {};
  return uuid.substr(dash + 1);
}

bool is_partition_of(const std::string& uuid, const std::string& map_uuid) {
  return !map_uuid.empty() && map_of_partition(uuid) == map_uuid;
}

FlushPlan plan_flush(const CurrentMap& map, std::span<const StackedDevice> devices) {
  FlushPlan plan{.map = map, .partition_maps = {}, .busy = ""};
  for (const StackedDevice& device : devices) {
    if (!is_partition_of(device.uuid, map.uuid)) continue;
    plan.partition_maps.push_back(device.name);
    if (device.open_count > 0) {
      plan.busy = fmt::format("its partition map {} is open {} time{}", device.name,
                              device.open_count, device.open_count == 1 ? "" : "s");
    }
  }
  std::ranges::sort(plan.partition_maps, NaturalLess{});
  const auto others = map.open_count - static_cast<std::int32_t>(plan.partition_maps.size());
  if (plan.busy.empty() && others > 0) {
    plan.busy = fmt::format("it is open {} time{}", others, others == 1 ? "" : "s");
  }
  return plan;
}

}  // namespace multipath
