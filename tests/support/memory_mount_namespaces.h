#pragma once

#include <functional>
#include <map>
#include <string>
#include <system_error>
#include <vector>

#include "multipath/host/mount_namespaces.h"
#include "tests/support/memory_tree.h"

namespace tests {

/// Mount namespaces whose processes are those of a /proc in memory. A namespace stays what it is
/// when its last process is taken out of /proc.
class MemoryMountNamespaces final : public multipath::MountNamespaces {
 public:
  explicit MemoryMountNamespaces(MemoryTree& proc) : proc_(proc) {}

  std::map<std::uint64_t, std::string> mountinfo;  ///< of each namespace, seen from its root
  /// What umount2 answers; without it the mount goes, out of /proc as well.
  std::function<std::error_code(const std::string& mount_point)> umount2;
  bool enterable = true;             ///< may mountinfo be read from inside?
  std::vector<std::string> journal;  ///< "umount2 /mnt in 7"

  std::unique_ptr<multipath::MountNamespace> open(int pid, std::uint64_t inode) override;
  /// Takes a mount out of the namespace, whoever did it.
  void forget(std::uint64_t inode, int mount_id);

 private:
  MemoryTree& proc_;
};

}  // namespace tests
