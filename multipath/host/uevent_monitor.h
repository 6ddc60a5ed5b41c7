#pragma once

#include <optional>
#include <string>
#include <vector>

#include "multipath/model/device_number.h"

namespace multipath {

/// An event of a device, after udev's rules have processed it.
struct Uevent {
  std::string action;                       ///< "add", "remove", "change"
  std::string subsystem;                    ///< "block", "scsi"
  std::string kname;                        ///< "sda"; of a SCSI device its address "3:0:0:1"
  std::optional<DeviceNumber> number = {};  ///< of a block device

  auto operator<=>(const Uevent&) const = default;
};

/// The events of whole disks and of SCSI devices.
class UeventMonitor {
 public:
  virtual ~UeventMonitor() = default;

  /// Readable (poll(2)) while take() has something to return.
  virtual int descriptor() const = 0;

  struct Taken {
    std::vector<Uevent> events;
    bool lost = false;  ///< the socket's buffer was full: more events than these have happened
  };
  /// The events that have arrived, in order, at most 1,024. Does not block.
  virtual Taken take() = 0;
};

}  // namespace multipath
