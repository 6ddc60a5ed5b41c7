#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "libsg/file_descriptor.h"
#include "multipath/capture/tar.h"

namespace multipath {

/// A host on paper. In its directory or archive:
///
///   capture        "multipath capture 1" and, in comment, who made it
///   sys.txt, proc.txt, dev.txt   what was asked of /sys, /proc and the links below /dev
///   udev.txt       NUMBER/properties, NUMBER/links, daemon
///   dm.txt         device-mapper: see device_mapper_facts.h
///   devices.txt    what only the kernel can be asked: see recording_host.cpp
///   mounts.txt     mount-namespace/INODE: mountinfo of namespaces that had to be entered
///   tools.txt      runs of other programs
///   scsi.txt, scsi/  SCSI commands and answers: see exchanges.h
///   etc/           configuration and state files, as they are
///
/// All .txt but scsi.txt are facts (facts.h).
struct Capture {
  std::map<std::string, std::string> files;  ///< path in the directory, and content

  auto operator<=>(const Capture&) const = default;
};

inline constexpr const char* capture_mark = "multipath capture 1";

/// Writes a new directory, or a new file where the name ends in ".tar", for its owner alone, in a folder where nobody else can
/// interfere (guarded_directory.h). Throws std::system_error when there is one already, and where it cannot be written; then
/// nothing is left behind.
void write_capture(const Capture& capture, const std::string& name);

/// The files of a capture: a directory, or an archive of one (tar.h), with or without a folder above all. Nothing outside of it is
/// read, whatever names and links it has.
class CaptureFiles {
 public:
  /// Throws std::system_error if it cannot be read, std::runtime_error if it is not a capture or has another
  /// version.
  explicit CaptureFiles(const std::string& name);

  /// Nothing when it is not there. Throws std::system_error when it is there and cannot be read. Several threads may read.
  std::optional<std::string> read(const std::string& file) const;
  /// Paths below etc/, with a slash before: "/etc/multipath.conf".
  std::vector<std::string> state_files() const;

 private:
  const scsi::FileDescriptor& folder(const std::string& name) const;
  const scsi::FileDescriptor& locked_folder(const std::string& name) const;
  void take_archive(int descriptor);

  std::string directory_;
  mutable std::mutex mutex_;                                     ///< of folders_
  mutable std::map<std::string, scsi::FileDescriptor> folders_;  ///< that are open
  std::string archive_;
  std::optional<TarFiles> members_;  ///< of the archive, by their names in the capture
};

}  // namespace multipath
