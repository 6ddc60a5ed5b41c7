#pragma once

#include "multipath/host/mount_namespaces.h"

namespace multipath {

/// Mount namespaces of the running machine. A child process enters the namespace with setns(2) and
/// makes only system calls: it loads no program, library or other file of the namespace. A child
/// that does not finish in time is killed.
class LiveMountNamespaces final : public MountNamespaces {
 public:
  std::unique_ptr<MountNamespace> open(int pid, std::uint64_t inode) override;
};

}  // namespace multipath
