#pragma once

#include <cstdint>
#include <string>

#include "multipath/model/map.h"

namespace dm {
class DeviceMapper;
}

namespace multipath {

// Messages to a live map (drivers/md/dm-mpath.c, multipath_message). Each throws std::system_error
// if the kernel rejects the message, and with EAGAIN if the map's table or status does not show its
// effect.

/// Switches to a group, numbered from 1 in the order of the listing.
void switch_group(dm::DeviceMapper& device_mapper, const CurrentMap& map, std::uint32_t group);

enum class Queueing : bool { off, on };
/// Sets whether I/O is queued or fails while no path is usable.
void set_queueing(dm::DeviceMapper& device_mapper, const CurrentMap& map, Queueing queueing);

enum class PathUse : bool { fail, reinstate };
/// Fails or reinstates a path.
void set_path(dm::DeviceMapper& device_mapper, const CurrentMap& map, DeviceNumber path,
              PathUse use);

}  // namespace multipath
