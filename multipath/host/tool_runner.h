#pragma once

#include <chrono>
#include <string>
#include <vector>

namespace multipath {

/// The result of a program.
struct ToolRun {
  int exit_status = 0;  ///< 128 + signal for a program that a signal ended
  bool timed_out = false;
  std::string output;  ///< stdout
  std::string errors;  ///< stderr

  auto operator<=>(const ToolRun&) const = default;
};

/// Runs other programs by absolute path, without a shell, with a fixed environment (PATH,
/// LC_ALL=C), stdin from /dev/null and the working directory "/". available() is false if the file
/// is missing or if anyone but root and the caller may write to it.
class ToolRunner {
 public:
  virtual ~ToolRunner() = default;
  virtual bool available(const std::string& program) const = 0;
  virtual ToolRun run(const std::vector<std::string>& argv, std::chrono::milliseconds limit) = 0;
};

}  // namespace multipath
