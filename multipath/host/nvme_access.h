#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "multipath/nvme/ana.h"

namespace multipath {

/// What an NVMe controller says of its access to one namespace.
struct NamespaceAccess {
  /// Nothing for a controller without asymmetric namespace access, and where it could not be had.
  std::optional<nvme::AnaState> state;
  std::uint32_t group = 0;  ///< the ANA group that the namespace is in
  std::string trouble;      ///< why it could not be had; without a final dot

  auto operator<=>(const NamespaceAccess&) const = default;
};

/// The way to NVMe controllers. May be used from several threads at a time.
class NvmeAccess {
 public:
  virtual ~NvmeAccess() = default;

  /// `controller` is the kernel's name ("nvme0"). Reads only: Identify and Get Log Page. Fails at
  /// once for a controller that is not live; one that stops answering is waited for until the
  /// kernel gives it up.
  virtual NamespaceAccess access(const std::string& controller, std::uint32_t namespace_id) = 0;
};

}  // namespace multipath
