#pragma once

#include <map>
#include <string>
#include <vector>

#include "multipath/host/sys_writer.h"
#include "tests/support/memory_tree.h"

namespace tests {

/// Writes into a tree in memory and records each write: "5 > path".
class MemorySysWriter final : public multipath::SysWriter {
 public:
  explicit MemorySysWriter(MemoryTree& tree) : tree_(tree) {}

  std::map<std::string, int, std::less<>> refused;  ///< errno of writes to a file
  std::vector<std::string> journal;

  void write(std::string_view path, std::string_view value) override;

 private:
  MemoryTree& tree_;
};

}  // namespace tests
