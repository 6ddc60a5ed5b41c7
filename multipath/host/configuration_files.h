#pragma once

#include <string>
#include <vector>

#include "multipath/host/state_files.h"

namespace multipath {

struct TextFile {
  std::string name;
  std::string text;
};

/// What there is of `file` and, in alphabetical order, of `directory`/*.conf, as multipath-tools
/// reads /etc/multipath.conf and /etc/multipath/conf.d. Throws std::system_error for a file that
/// is there and can not be read.
std::vector<TextFile> read_configuration_files(
    StateFiles& files, const std::string& file = "/etc/multipath.conf",
    const std::string& directory = "/etc/multipath/conf.d");

}  // namespace multipath
