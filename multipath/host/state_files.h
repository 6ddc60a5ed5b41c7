#pragma once

#include <functional>
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

}  // namespace multipath
