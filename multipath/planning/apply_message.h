#pragma once

#include <cstdint>
#include <string>

#include "multipath/model/map.h"

namespace dm {
class DeviceMapper;
}

namespace multipath {

// Messages to a live map (drivers/md/dm-mpath.c, multipath_message). Each throws std::system_error:
// when the kernel rejects the message, and with EAGAIN when its effect is not seen in the map's table
// or status afterwards.

/// 1-based, as in the listing from the top.
void switch_group(dm::DeviceMapper& device_mapper, const CurrentMap& map, std::uint32_t group);

enum class Queueing : bool { off, on };
/// What happens to I/O when no path works: it waits, or fails.
void set_queueing(dm::DeviceMapper& device_mapper, const CurrentMap& map, Queueing queueing);

enum class PathUse : bool { fail, reinstate };
void set_path(dm::DeviceMapper& device_mapper, const CurrentMap& map, DeviceNumber path,
              PathUse use);

}  // namespace multipath
