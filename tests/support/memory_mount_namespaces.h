#pragma once

#include <functional>
#include <map>
#include <string>
#include <system_error>
#include <vector>

#include "multipath/host/mount_namespaces.h"
#include "tests/support/memory_tree.h"

namespace tests {

/// Mount namespaces of the processes in a /proc in memory. A namespace remains after its last
/// process is removed from /proc.
class MemoryMountNamespaces final : public multipath::MountNamespaces {
 public:
  explicit MemoryMountNamespaces(MemoryTree& proc) : proc_(proc) {}

  std::map<std::uint64_t, std::string> mountinfo;  ///< of each namespace, seen from its root
  /// The error of umount2; without one the mount is removed, also from /proc.
  std::function<std::error_code(const std::string& mount_point)> umount2;
  bool enterable = true;             ///< whether mountinfo can be read from inside
  std::vector<std::string> journal;  ///< "umount2 /mnt in 7"

  std::unique_ptr<multipath::MountNamespace> open(int pid, std::uint64_t inode) override;
  /// Removes a mount from the namespace, as another process would.
  void forget(std::uint64_t inode, int mount_id);

 private:
  MemoryTree& proc_;
};

}  // namespace tests
