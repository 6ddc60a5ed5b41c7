#pragma once

#include <string>

namespace multipath {

/// Saves signatures before they are erased from a device, in files named as by wipefs(8):
/// wipefs-NODE-OFFSET.bak. All calls but end() throw std::system_error.
class SignatureBackup {
 public:
  virtual ~SignatureBackup() = default;

  /// Throws if root must not write to the directory or to the existing part of its path. Creates
  /// nothing.
  virtual void require_trusted(const std::string& directory) const = 0;

  /// Creates a private temporary directory within `directory`, and `directory` if it is missing.
  /// Moves the saved files of an earlier device with the name of `node` aside, into NODE.1,
  /// NODE.2...
  virtual std::string begin(const std::string& directory, const std::string& node) = 0;

  enum class Compare : bool {
    no,
    with_device  ///< each file must equal the device's content at its offset
  };
  /// Moves the files of the temporary directory into `directory` and synchronises them to disk.
  /// Keeps an existing file with the same content; an existing file with other content is an error.
  virtual void keep(const std::string& fresh, const std::string& directory, const std::string& node,
                    Compare compare) = 0;

  /// Removes the temporary directory.
  virtual void end(const std::string& fresh) noexcept = 0;
};

}  // namespace multipath
