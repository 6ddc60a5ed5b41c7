#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <system_error>

namespace multipath {

/// A mount namespace (mount_namespaces(7)) that stays reachable while this object lives, whatever
/// becomes of the processes in it.
///
/// Nothing is ever executed inside it: whoever made the namespace chose every program and every
/// library that is found there, and may be an ordinary user.
class MountNamespace {
 public:
  virtual ~MountNamespace() = default;

  /// umount2(mount_point, UMOUNT_NOFOLLOW) there; no part of the path may be a symbolic link. Does
  /// nothing when the mount on top of that path is not the one with the number `mount_id` of
  /// mountinfo. Returns no error, the kernel's errno, ESTALE for another mount, or ETIMEDOUT when
  /// the kernel had not answered within `limit`; then the unmount may still happen.
  virtual std::error_code unmount(const std::string& mount_point, int mount_id,
                                  std::chrono::milliseconds limit) = 0;

  /// The text of mountinfo (proc(5)) as a process at the root of the namespace reads it. Nothing
  /// when the namespace cannot be entered or the text cannot be read whole.
  virtual std::optional<std::string> mountinfo() = 0;
};

/// The mount namespaces of a machine.
class MountNamespaces {
 public:
  virtual ~MountNamespaces() = default;

  /// The mount namespace that process `pid` is in. Throws std::system_error: the process has ended
  /// (ENOENT), its namespace is not the one with the inode number `inode` (ESTALE), or the caller
  /// has no right to see it.
  virtual std::unique_ptr<MountNamespace> open(int pid, std::uint64_t inode) = 0;
};

}  // namespace multipath
