#pragma once

#include <string>
#include <string_view>

namespace multipath {

/// Write access to the attributes of sysfs. Paths are as in SysTree, below its root.
class SysWriter {
 public:
  virtual ~SysWriter() = default;

  /// Gives an attribute that is there a value, in one write(2). Throws std::system_error with path
  /// and value in its text when the kernel refuses.
  virtual void write(std::string_view path, std::string_view value) = 0;
};

}  // namespace multipath
