#pragma once

#include <string>
#include <string_view>

namespace multipath {

/// Write access to the attributes of sysfs. Paths are as in SysTree, below its root.
class SysWriter {
 public:
  virtual ~SysWriter() = default;

  /// Writes a value to an existing attribute in one write(2). If the kernel rejects it, throws
  /// std::system_error whose text names path and value.
  virtual void write(std::string_view path, std::string_view value) = 0;
};

}  // namespace multipath
