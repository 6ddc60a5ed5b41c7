#pragma once

#include "multipath/host/tool_runner.h"

namespace multipath {

/// Real programs. A program that is not done at its limit is killed with all that it has started
/// and that stayed in its process group; of what it writes the first 4 MiB of each stream are
/// kept, and the rest is read and dropped.
class ProcessToolRunner final : public ToolRunner {
 public:
  /// An absolute path to a file that may be executed.
  bool available(const std::string& program) const override;
  /// argv[0] is the program, an absolute path. Throws std::system_error when it can not be started.
  /// The run has timed out when it was killed at the limit.
  ToolRun run(const std::vector<std::string>& argv, std::chrono::milliseconds limit) override;
};

}  // namespace multipath
