#pragma once

#include "multipath/host/tool_runner.h"

namespace multipath {

/// Runs programs on this machine. At its time limit a program is killed together with its process
/// group. The first 4 MiB of each output stream are kept; the rest is read and discarded.
class ProcessToolRunner final : public ToolRunner {
 public:
  /// Whether `program` is an absolute path to an executable that only root (and the caller) may
  /// write.
  bool available(const std::string& program) const override;
  /// argv[0] is the program's absolute path. Throws std::system_error if it cannot be started. Sets
  /// `timed_out` if it was killed at the limit.
  ToolRun run(const std::vector<std::string>& argv, std::chrono::milliseconds limit) override;
};

}  // namespace multipath
