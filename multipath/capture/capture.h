#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace multipath {

/// A host on paper. In its directory:
///
///   capture        "multipath capture 1" and, in comment, who made it
///   sys.txt, proc.txt, dev.txt   what was asked of /sys, /proc and the links below /dev
///   udev.txt       NUMBER/properties, NUMBER/links, daemon
///   dm.txt         device-mapper: see device_mapper_facts.h
///   devices.txt    what only the kernel can be asked: see recording_host.cpp
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

/// Writes a new directory, for its owner alone. Throws std::system_error when there is one already,
/// and where it can not be written; then nothing is left behind.
void write_capture(const Capture& capture, const std::string& directory);

/// One file of a capture; nothing when it is not there. Throws std::system_error when it is there
/// and can not be read.
class CaptureDirectory {
 public:
  /// Throws std::runtime_error when the directory is no capture, or one of another version.
  explicit CaptureDirectory(std::string directory);
  std::optional<std::string> read(const std::string& file) const;
  /// Paths below etc/, with a slash before: "/etc/multipath.conf".
  std::vector<std::string> state_files() const;

 private:
  std::string directory_;
};

}  // namespace multipath
