#include "multipath/planning/apply_message.h"

#include "multipath/host/device_mapper.h"

namespace multipath {

void switch_group(dm::DeviceMapper& device_mapper, const CurrentMap& map, std::uint32_t group) {
  device_mapper.message(map.name, 0, "switch_group " + std::to_string(group));
}

void set_queueing(dm::DeviceMapper& device_mapper, const CurrentMap& map, Queueing queueing) {
  device_mapper.message(map.name, 0,
                        queueing == Queueing::on ? "queue_if_no_path" : "fail_if_no_path");
}

void set_path(dm::DeviceMapper& device_mapper, const CurrentMap& map, DeviceNumber path,
              PathUse use) {
  const std::string verb = use == PathUse::fail ? "fail_path " : "reinstate_path ";
  device_mapper.message(map.name, 0, verb + to_string(path));
}

}  // namespace multipath
