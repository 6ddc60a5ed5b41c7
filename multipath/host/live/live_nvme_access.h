#pragma once

#include "multipath/host/nvme_access.h"

namespace multipath {

/// Admin commands through the controller's node (drivers/nvme/host/ioctl.c). They use the kernel's
/// default time-out: when a shorter one expires, the driver resets the controller.
class LiveNvmeAccess final : public NvmeAccess {
 public:
  NamespaceAccess access(const std::string& controller, std::uint32_t namespace_id) override;
};

}  // namespace multipath
