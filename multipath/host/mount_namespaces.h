#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <system_error>

namespace multipath {

/// A mount namespace (mount_namespaces(7)), reachable while this object lives even if the processes
/// in it end.
///
/// Never execute anything inside it: the creator of the namespace, possibly an ordinary user, chose
/// every program and library found there.
class MountNamespace {
 public:
  virtual ~MountNamespace() = default;

  /// Calls umount2(mount_point, UMOUNT_NOFOLLOW) in the namespace; no part of the path may be a
  /// symbolic link. Returns ESTALE and changes nothing if the topmost mount at that path does not
  /// have the number `mount_id` of mountinfo. Returns ETIMEDOUT if the kernel does not answer
  /// within `limit`; the unmount may then still happen. Otherwise returns no error or the kernel's
  /// errno.
  virtual std::error_code unmount(const std::string& mount_point, int mount_id,
                                  std::chrono::milliseconds limit) = 0;

  /// Returns mountinfo (proc(5)) as a process at the root of the namespace reads it, or nothing if
  /// the namespace cannot be entered or the text cannot be read whole.
  virtual std::optional<std::string> mountinfo() = 0;
};

/// The mount namespaces of a machine.
class MountNamespaces {
 public:
  virtual ~MountNamespaces() = default;

  /// Opens the mount namespace of process `pid`. Throws std::system_error if the process has ended
  /// (ENOENT), if the inode number of its namespace is not `inode` (ESTALE), or if the caller has
  /// no permission.
  virtual std::unique_ptr<MountNamespace> open(int pid, std::uint64_t inode) = 0;
};

}  // namespace multipath
