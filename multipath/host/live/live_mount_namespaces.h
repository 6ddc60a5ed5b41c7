#pragma once

#include "multipath/host/mount_namespaces.h"

namespace multipath {

/// The running machine's. A child process enters the namespace with setns(2) and makes system calls
/// only: no program, no library, no file of the namespace is loaded. The child ends by itself; one
/// that the kernel does not let go of in time is killed.
class LiveMountNamespaces final : public MountNamespaces {
 public:
  std::unique_ptr<MountNamespace> open(int pid, std::uint64_t inode) override;
};

}  // namespace multipath
