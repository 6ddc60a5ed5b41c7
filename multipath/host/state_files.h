#pragma once

#include <cerrno>
#include <functional>
#include <optional>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

namespace multipath {

/// A file that users other than root may write, and that is therefore not read: EPERM.
class UntrustedFile : public std::system_error {
 public:
  /// `reason` states what is wrong with the file and what to do.
  UntrustedFile(const std::string& path, std::string reason)
      : std::system_error(EPERM, std::generic_category()),
        what_(path + ": " + reason),
        reason_(std::move(reason)) {}
  const char* what() const noexcept override { return what_.c_str(); }
  const std::string& reason() const { return reason_; }

 private:
  std::string what_;
  std::string reason_;
};

/// The small text files that the program keeps and shares with multipath-tools: wwids, bindings.
/// Paths are absolute.
class StateFiles {
 public:
  virtual ~StateFiles() = default;

  /// Returns the whole content; nothing if there is no such file. Throws std::system_error if the
  /// file cannot be read.
  virtual std::optional<std::string> read(const std::string& path) = 0;

  /// Returns the sorted names in a directory; empty if there is no such directory.
  virtual std::vector<std::string> list(const std::string& directory) = 0;

  /// Maps the old content ("" for a missing file) to the new one; nothing leaves the file
  /// unchanged.
  using Change = std::function<std::optional<std::string>(const std::string&)>;

  /// Changes a file atomically: a reader, and the disk after a crash, has either the old or the new
  /// content. The lock excludes other writers that take it. Returns whether the content changed.
  /// Throws std::system_error and then leaves the file unchanged.
  virtual bool update(const std::string& path, const Change& change) = 0;

  /// As update(), but if another process has the lock, returns false and changes nothing.
  virtual bool try_update(const std::string& path, const Change& change) {
    return update(path, change);
  }

  /// Removes a file or a link; returns whether it existed. Throws std::system_error.
  virtual bool remove(const std::string& path) = 0;
};

}  // namespace multipath
