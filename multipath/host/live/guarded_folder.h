#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "libsg/file_descriptor.h"

namespace multipath {

/// A folder in which nobody else can interfere with what is written there. The path is walked from
/// "/" one component at a time without following a symbolic link; each component has to belong to
/// root, or to the caller who is not root, and others must not be able to write to it. In a sticky
/// folder such as /tmp others can neither rename nor remove what is ours, so one may be on the way.
///
/// The folder stays the one that was opened whatever its path names later: files are made and
/// renamed relative to it. Every member throws std::system_error with the path, the reason and what
/// to do.
class GuardedFolder {
 public:
  enum class Missing : bool {
    refuse,
    make  ///< with mode 0700
  };
  enum class Shared : bool {
    no,
    sticky  ///< the folder itself may be a sticky one, for a new name in it
  };
  GuardedFolder(const std::string& path, Missing missing, Shared shared);

  const std::string& path() const { return path_; }
  int descriptor() const { return *folder_; }

  /// A new folder, mode 0700. What is there of that name is an error, a link as well.
  GuardedFolder make_folder(const std::string& name) const;
  /// A folder that is there, or a new one.
  GuardedFolder folder(const std::string& name) const;
  /// A new file, mode 0600, on the disk when this returns; nothing is left of one that cannot be
  /// written whole.
  void write_new(const std::string& name, std::string_view content) const;
  /// A regular file whole, at most `limit` bytes.
  std::string read(const std::string& name, std::size_t limit) const;
  /// Names of its files and folders, sorted.
  std::vector<std::string> names() const;
  /// Moves a file into a folder where nothing of its name is.
  void move(const std::string& name, const GuardedFolder& to) const;
  /// Makes sure of what was written and renamed.
  void sync() const;
  /// Removes a folder of ours with all that is in it; what cannot be removed stays.
  void remove_folder(const std::string& name) const noexcept;

 private:
  GuardedFolder(std::string path, scsi::FileDescriptor folder)
      : path_(std::move(path)), folder_(std::move(folder)) {}

  std::string path_;
  scsi::FileDescriptor folder_;
};

}  // namespace multipath
