#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "multipath/host/host.h"
#include "multipath/model/holder.h"

namespace multipath {

/// The names of /proc's folders of processes, in order of numbers.
std::vector<std::string> process_ids(const SysTree& proc);

Process describe_process(const SysTree& proc, const std::string& pid);

/// The inode number of /proc/PID/ns/mnt; nothing when it cannot be read.
std::optional<std::uint64_t> mount_namespace(const SysTree& proc, const std::string& pid);

/// A process that has ended and waits for its parent has no files and no mounts.
bool has_ended(const SysTree& proc, const std::string& pid);

/// Something that a process has open, is in, or runs from.
struct OpenFile {
  std::string pid;
  std::string what;  ///< path as the process sees it, or "working directory /srv"
  std::string path;
  std::string link;  ///< below /proc: "812/fd/3"
  bool is_descriptor = true;
};

/// Everything that any process has open, with a path: /proc/PID/{fd/*,cwd,root,exe}. This process's
/// own descriptors are left out, its working directory is not.
std::vector<OpenFile> read_open_files(const Host& host, std::vector<Finding>& findings);

}  // namespace multipath
