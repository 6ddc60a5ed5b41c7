#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "multipath/host/state_files.h"

namespace multipath {

/// State files of the running machine.
///
/// update() takes an fcntl write lock on the whole file, as multipath-tools does, waiting at most
/// `patience`; verifies that the locked file still has its name; reads it; writes a new file beside
/// it (mode 0600, fsync) and renames it over the old one. Symbolic links are rejected. A missing
/// directory is created with mode 0700.
///
/// Remaining race: multipath-tools changes a file in place and does not verify the name after it
/// got the lock. If it waits for the lock during our rename, it writes to the old file and the
/// change is lost; its next run adds the same line again.
class LiveStateFiles final : public StateFiles {
 public:
  explicit LiveStateFiles(std::chrono::milliseconds patience = std::chrono::seconds(5))
      : patience_(patience) {}

  std::optional<std::string> read(const std::string& path) override;
  std::vector<std::string> list(const std::string& directory) override;
  bool update(const std::string& path, const Change& change) override;
  bool try_update(const std::string& path, const Change& change) override;
  bool remove(const std::string& path) override;

 private:
  std::chrono::milliseconds patience_;
};

}  // namespace multipath
