#include "multipath/planning/flush.h"

#include <algorithm>

#include <fmt/format.h>

#include "multipath/model/natural_order.h"
#include "multipath/model/partition.h"

namespace multipath {

FlushPlan plan_flush(const CurrentMap& map, std::span<const StackedDevice> devices) {
  FlushPlan plan{.map = map, .partition_maps = {}, .busy = ""};
  for (const StackedDevice& device : devices) {
    if (!partition_number_of(device.uuid, map.uuid)) continue;
    plan.partition_maps.push_back(device.name);
    if (device.open_count > 0) {
      plan.busy = fmt::format("partition map {} is open {} time{}", device.name, device.open_count,
                              device.open_count == 1 ? "" : "s");
    }
  }
  std::ranges::sort(plan.partition_maps, NaturalLess{});
  const auto others = map.open_count - static_cast<std::int32_t>(plan.partition_maps.size());
  if (plan.busy.empty() && others > 0) {
    plan.busy = fmt::format("open {} time{}", others, others == 1 ? "" : "s");
  }
  return plan;
}

}  // namespace multipath
