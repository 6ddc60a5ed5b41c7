#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "multipath/nvme/ana.h"

namespace multipath {

/// The access state of one namespace as an NVMe controller reports it.
struct NamespaceAccess {
  /// Nothing if the controller has no asymmetric namespace access or the query failed.
  std::optional<nvme::AnaState> state;
  std::uint32_t group = 0;  ///< the ANA group that the namespace is in
  std::string trouble;      ///< why the query failed; without a final dot

  auto operator<=>(const NamespaceAccess&) const = default;
};

/// Queries NVMe controllers. Safe to use from several threads.
class NvmeAccess {
 public:
  virtual ~NvmeAccess() = default;

  /// `controller` is the kernel's name ("nvme0"). Sends only Identify and Get Log Page. Fails at
  /// once for a controller that is not live; if a live one stops answering, blocks until the
  /// kernel's time-out.
  virtual NamespaceAccess access(const std::string& controller, std::uint32_t namespace_id) = 0;
};

}  // namespace multipath
