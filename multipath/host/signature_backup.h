#pragma once

#include <string>

namespace multipath {

/// Where signatures are saved before they are erased from a device. The files are those of
/// wipefs(8): wipefs-NODE-OFFSET.bak. Each throws std::system_error.
class SignatureBackup {
 public:
  virtual ~SignatureBackup() = default;

  /// Throws when root must not write to the folder, or to what is there of its path. Makes nothing.
  virtual void require_trusted(const std::string& folder) const = 0;

  /// A fresh folder of root's own within `folder`, which is made when it is missing; saved files of
  /// an earlier device that had the name of `node` are moved aside, into NODE.1, NODE.2...
  virtual std::string begin(const std::string& folder, const std::string& node) = 0;

  enum class Compare : bool {
    no,
    with_device  ///< each file has to be what the device has at its offset
  };
  /// Moves the files of the fresh folder into `folder`, on the disk when this returns. One that is
  /// there already with the same content stays; with another content is an error.
  virtual void keep(const std::string& fresh, const std::string& folder, const std::string& node,
                    Compare compare) = 0;

  /// Removes the fresh folder.
  virtual void end(const std::string& fresh) noexcept = 0;
};

}  // namespace multipath
