#pragma once

#include "libsg/file_descriptor.h"
#include "multipath/host/map_events.h"

namespace multipath {

/// The control node's own event counter (DM_DEV_ARM_POLL). The constructor throws std::system_error
/// without device-mapper, and if its driver is older than 4.37.
class DmPollMapEvents final : public MapEvents {
 public:
  DmPollMapEvents();

  int descriptor() const override { return *control_; }
  void arm() override;

 private:
  scsi::FileDescriptor control_;
};

}  // namespace multipath
