#pragma once

#include <map>
#include <string>
#include <utility>

#include "multipath/host/nvme_access.h"
#include "tests/support/fake_host.h"

namespace tests {

/// NVMe controllers with answers that a test sets.
class FakeNvme final : public multipath::NvmeAccess {
 public:
  std::map<std::pair<std::string, std::uint32_t>, multipath::NamespaceAccess> accesses;

  multipath::NamespaceAccess access(const std::string& controller,
                                    std::uint32_t namespace_id) override {
    const auto found = accesses.find({controller, namespace_id});
    return found == accesses.end() ? multipath::NamespaceAccess{} : found->second;
  }
};

/// Attributes in sysfs of one controller's namespace.
struct NamespaceState {
  std::string wwid = "uuid.34b59db0-dd59-4927-a16b-e69bee86f26a";
  std::string controller_state = "live";
  std::string transport = "tcp";
  std::string model = "Linux                                   ";
  std::uint64_t size_sectors = 131072;
};

/// Adds "nvme<controller>n1" with number 259:<controller> to /sys and /dev as Linux 6.1 shows it
/// with nvme_core.multipath=N, controller id controller + 1 and namespace id 1.
void add_namespace(FakeHost& host, std::uint32_t controller, const NamespaceState& state = {});

/// Adds "nvme0n1" with paths of two controllers as Linux 6.1 shows it with nvme_core.multipath=Y:
/// one optimized and live, the other inaccessible and connecting.
void add_native_namespace(FakeHost& host);

}  // namespace tests
