#pragma once

#include <sys/types.h>

#include <string>

#include <tl/expected.hpp>

#include "libsg/file_descriptor.h"

namespace multipath {

/// The lock that keeps two daemons from running, ours or multipath-tools': a write lock (fcntl(2)) on
/// the file that has the daemon's process id. Released when the process ends.
class PidFile {
 public:
  static constexpr const char* usual_path = "/run/multipathd.pid";

  /// Locks the file and writes the process id into it. If another process has the lock, returns that
  /// process's id. Throws std::system_error for a file that cannot be opened or written.
  static tl::expected<PidFile, pid_t> take(const std::string& path);

 private:
  explicit PidFile(scsi::FileDescriptor file) : file_(std::move(file)) {}
  scsi::FileDescriptor file_;
};

}  // namespace multipath
