#pragma once

#include <string>
#include <string_view>

#include "multipath/command/context.h"
#include "multipath/model/device_number.h"

namespace multipath {

/// Has the kernel send a block device's change event once more (sysfs uevent), so that udev looks at it again. A kernel that
/// refuses is told on stderr, with what is `missed` then. Where sysfs can not be written, nothing.
void send_change_event(Context& context, DeviceNumber number, const std::string& name,
                       std::string_view missed);

}  // namespace multipath
