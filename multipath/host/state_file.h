#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace multipath {

/// The small text files that the program keeps and shares with multipath-tools: wwids, bindings.
/// Paths are absolute.
class StateFiles {
 public:
  virtual ~StateFiles() = default;

  /// The whole content; nothing when there is no such file. Throws std::system_error for one that
  /// can not be read.
  virtual std::optional<std::string> read(const std::string& path) = 0;

  /// The names in a directory, sorted; empty when there is none.
  virtual std::vector<std::string> list(const std::string& directory) = 0;

  /// What becomes of a content ("" for a file that is not there); nothing to leave it as it is.
  using Change = std::function<std::optional<std::string>(const std::string&)>;

  /// Changes a file so that every reader, and the disk after a crash, has the old content or the
  /// new one and never a part. Nobody else who takes the lock changes it meanwhile. Says whether
  /// the content changed. Throws std::system_error; then the file is as it was.
  virtual bool update(const std::string& path, const Change& change) = 0;

  /// The same, but for who has the lock: then nothing is changed, and that is no error.
  virtual bool try_update(const std::string& path, const Change& change) {
    return update(path, change);
  }

  /// Removes a file or a link; says whether it was there. Throws std::system_error.
  virtual bool remove(const std::string& path) = 0;
};

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

/// The same in memory, with a journal of what was written.
class MemoryStateFiles final : public StateFiles {
 public:
  std::map<std::string, std::string> files;
  std::vector<std::string> journal;  ///< "write /etc/multipath/wwids"
  std::optional<int> fault;          ///< errno that the next update() meets

  std::optional<std::string> read(const std::string& path) override;
  std::vector<std::string> list(const std::string& directory) override;
  bool update(const std::string& path, const Change& change) override;
  bool remove(const std::string& path) override;
};

}  // namespace multipath
