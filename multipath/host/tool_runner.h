#pragma once

#include <chrono>
#include <string>
#include <vector>

namespace multipath {

/// What a program did.
struct ToolRun {
  int exit_status = 0;  ///< of a program that ended by itself; 128 + signal otherwise
  bool timed_out = false;
  std::string output;  ///< stdout
  std::string errors;  ///< stderr

  auto operator<=>(const ToolRun&) const = default;
};

/// Runs other programs: by absolute path, no shell, a fixed environment (PATH, LC_ALL=C), stdin
/// from /dev/null, in the folder "/". available() is false for a program that others than root (and
/// the caller) may write to.
class ToolRunner {
 public:
  virtual ~ToolRunner() = default;
  virtual bool available(const std::string& program) const = 0;
  virtual ToolRun run(const std::vector<std::string>& argv, std::chrono::milliseconds limit) = 0;
};

}  // namespace multipath
