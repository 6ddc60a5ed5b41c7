#pragma once

#include <span>
#include <string>
#include <string_view>

#include "multipath/host/host.h"
#include "multipath/model/device_number.h"
#include "multipath/model/map.h"
#include "multipath/planning/apply.h"
#include "multipath/run/notices.h"

namespace multipath {

/// Has the kernel send the change event of a block device again (sysfs uevent), so that udev looks
/// at the device again. A refusal of the kernel is reported with what is `missed` then. Does nothing
/// where sysfs cannot be written.
void send_change_event(Host& host, DeviceNumber number, const std::string& name,
                       std::string_view missed, const Notices& notices);

/// Disks that are paths of a map now, but that udev left to others when it saw them: their change
/// events make the rules claim them. Does nothing for a disk that udev does not know.
void claim_late(Host& host, std::span<const Outcome> outcomes, const Notices& notices);

/// Partition maps that udev last saw when their map had no usable path: nothing has read them since,
/// and a path that comes back is an event of the map alone. Sends their change events when the map
/// has a usable path now.
void announce_late_partitions(Host& host, const CurrentMap& map, const Notices& notices);
/// The same for the maps that a plan has changed.
void announce_late_partitions(Host& host, std::span<const Outcome> outcomes,
                              const Notices& notices);

}  // namespace multipath
