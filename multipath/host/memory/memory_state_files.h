#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "multipath/host/state_files.h"

namespace multipath {

/// State files in memory, with a journal of writes.
class MemoryStateFiles final : public StateFiles {
 public:
  std::map<std::string, std::string> files;
  std::vector<std::string> journal;  ///< "write /etc/multipath/wwids"
  std::optional<int> fault;          ///< errno of the next update()

  std::optional<std::string> read(const std::string& path) override;
  std::vector<std::string> list(const std::string& directory) override;
  bool update(const std::string& path, const Change& change) override;
  bool remove(const std::string& path) override;
};

}  // namespace multipath
