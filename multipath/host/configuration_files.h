#pragma once

#include <string>
#include <vector>

#include "multipath/host/state_files.h"

namespace multipath {

struct TextFile {
  std::string name;
  std::string text;
};

/// Reads `file`, then `directory`/*.conf in alphabetical order, as multipath-tools reads
/// /etc/multipath.conf and /etc/multipath/conf.d. Missing files are skipped. Throws
/// std::system_error if an existing file cannot be read.
std::vector<TextFile> read_configuration_files(
    StateFiles& files, const std::string& file = "/etc/multipath.conf",
    const std::string& directory = "/etc/multipath/conf.d");

}  // namespace multipath
