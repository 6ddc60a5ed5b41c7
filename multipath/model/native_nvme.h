#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace multipath {

/// A path of a namespace that the NVMe driver multipaths itself: a controller's hidden disk
/// (drivers/nvme/host/multipath.c).
struct NativePath {
  std::string kname;             ///< "nvme0c1n1"
  std::string access;            ///< sysfs ana_state: "optimized"; empty without ANA
  std::string controller_state;  ///< "live"

  auto operator<=>(const NativePath&) const = default;
};

/// A namespace that the NVMe driver multipaths itself (nvme_core.multipath=Y).
struct NativeNamespace {
  std::string kname;  ///< "nvme0n1"
  std::string wwid;
  std::string product;
  std::string revision;
  std::uint64_t size_sectors = 0;
  bool read_only = false;
  std::vector<NativePath> paths;  ///< in natural order

  auto operator<=>(const NativeNamespace&) const = default;
};

}  // namespace multipath
