#pragma once

#include <string>

namespace multipath {

/// Removes a file or a link; says whether it was there. Throws std::system_error.
bool remove_file(const std::string& path);

}  // namespace multipath
