#include "multipath/host/live/dm_poll_map_events.h"

#include <linux/dm-ioctl.h>
#include <sys/ioctl.h>

#include <cerrno>
#include <system_error>

#include <fcntl.h>

namespace multipath {

DmPollMapEvents::DmPollMapEvents() : control_(::open("/dev/mapper/control", O_RDWR | O_CLOEXEC)) {
  if (!control_)
    throw std::system_error(errno, std::generic_category(), "cannot open /dev/mapper/control");
  arm();
}

void DmPollMapEvents::arm() {
  dm_ioctl request = {};
  // The version of the interface that has this ioctl.
  request.version[0] = 4;
  request.version[1] = 37;
  request.data_size = sizeof request;
  if (::ioctl(*control_, DM_DEV_ARM_POLL, &request) != 0)
    throw std::system_error(errno, std::generic_category(),
                            "cannot wait for events of device-mapper (driver 4.37 is required)");
}

}  // namespace multipath
