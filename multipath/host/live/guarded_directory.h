#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "libsg/file_descriptor.h"

namespace multipath {

/// A directory whose content no other user can change. The path is walked from "/" one component at
/// a time without following symbolic links. Each component must belong to root or to the caller and
/// must not be writable by others. A sticky directory such as /tmp may be part of the path, as
/// other users can neither rename nor remove the caller's entries there.
///
/// Files are created and renamed relative to the opened directory, whatever its path refers to
/// later. Every member throws std::system_error with the path, the reason and what to do.
class GuardedDirectory {
 public:
  enum class Missing : bool {
    refuse,
    make  ///< creates it with mode 0700
  };
  enum class Shared : bool {
    no,
    sticky  ///< the directory itself may be a sticky one, to create a new entry in it
  };
  GuardedDirectory(const std::string& path, Missing missing, Shared shared);

  const std::string& path() const { return path_; }
  int descriptor() const { return *directory_; }

  /// Creates a directory with mode 0700. Anything of that name, even a link, is an error.
  GuardedDirectory make_directory(const std::string& name) const;
  /// Opens a directory, or creates it if it is missing.
  GuardedDirectory directory(const std::string& name) const;
  /// Creates a file with mode 0600 and synchronises it to disk. Removes the file again if it cannot
  /// be written whole.
  void write_new(const std::string& name, std::string_view content) const;
  /// Returns the whole content of a regular file of at most `limit` bytes.
  std::string read(const std::string& name, std::size_t limit) const;
  /// Returns the sorted names of its entries.
  std::vector<std::string> names() const;
  /// Moves a file into another directory; an existing entry of that name is an error.
  void move(const std::string& name, const GuardedDirectory& to) const;
  /// Synchronises the directory to disk.
  void sync() const;
  /// Removes a subdirectory and all its content; keeps what cannot be removed.
  void remove_directory(const std::string& name) const noexcept;

 private:
  GuardedDirectory(std::string path, scsi::FileDescriptor directory)
      : path_(std::move(path)), directory_(std::move(directory)) {}

  std::string path_;
  scsi::FileDescriptor directory_;
};

}  // namespace multipath
