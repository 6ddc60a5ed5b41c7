#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "multipath/host/sys_writer.h"

namespace multipath {

/// The machine's own /sys, or a copy of one. Never creates a file: a missing attribute is an error.
class LiveSysWriter final : public SysWriter {
 public:
  explicit LiveSysWriter(std::string root = "/sys") : root_(std::move(root)) {}
  void write(std::string_view path, std::string_view value) override;

 private:
  std::string root_;
};

}  // namespace multipath
