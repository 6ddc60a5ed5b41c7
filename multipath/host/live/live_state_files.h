#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "multipath/host/state_files.h"

namespace multipath {

/// The machine's own files.
///
/// update() takes an fcntl write lock on the whole file, as multipath-tools does, waiting at most
/// `patience`; reads; writes a new file beside it (mode 0600, fsync) and renames it over the old
/// one; and looks again whether the file that it locked still is the file of that name. A symbolic
/// link is refused. A missing directory is made with mode 0700.
///
/// The race that stays: multipath-tools changes a file in place, and does not look again after it
/// got the lock. If it waits for the lock while we rename, its change goes into the old file and is
/// lost; it will add the same line at its next run.
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
