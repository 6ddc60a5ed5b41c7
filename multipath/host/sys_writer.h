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

/// The machine's own /sys, or a copy of one. Nothing is made: a file that is not there is refused.
class LiveSysWriter final : public SysWriter {
 public:
  explicit LiveSysWriter(std::string root = "/sys") : root_(std::move(root)) {}
  void write(std::string_view path, std::string_view value) override;

 private:
  std::string root_;
};

}  // namespace multipath
