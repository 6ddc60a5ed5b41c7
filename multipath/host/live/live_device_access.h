#pragma once

#include "multipath/host/device_access.h"

namespace multipath {

/// Device access on the running machine.
class LiveDeviceAccess final : public DeviceAccess {
 public:
  std::optional<DeviceNumber> node_number(const std::string& path) const override;
  std::optional<DeviceNumber> file_system_number(const std::string& path) const override;
  Claim exclusive(const std::string& kname) const override;
  std::unique_ptr<Lock> lock(const std::string& path, const std::string& about,
                             std::string& holder) override;
  std::unique_ptr<Lock> lock_disk(const std::string& kname, std::string& holder) override;
};

}  // namespace multipath
