#pragma once

#include <string>
#include <system_error>
#include <vector>

#include "multipath/host/state_files.h"

namespace multipath {

struct TextFile {
  std::string name;
  std::string text;
};

/// A file or directory that exists and cannot be read.
struct UnreadableFile {
  std::string name;
  std::string reason;
};

struct ConfigurationFiles {
  std::vector<TextFile> files;
  std::vector<UnreadableFile> unreadable;
};

/// Reads `file`, then `directory`/*.conf in alphabetical order, as multipath-tools reads
/// /etc/multipath.conf and /etc/multipath/conf.d. Missing files are skipped.
ConfigurationFiles read_configuration_files(StateFiles& files,
                                            const std::string& file = "/etc/multipath.conf",
                                            const std::string& directory = "/etc/multipath/conf.d");

/// Why StateFiles::read() failed, without the name of the file: "cannot be read: Permission denied".
std::string reason_unreadable(const std::system_error& error);

}  // namespace multipath
