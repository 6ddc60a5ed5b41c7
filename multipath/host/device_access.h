#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "multipath/model/device_number.h"

namespace multipath {

/// Is a device free for one user alone?
enum class Claim : std::uint8_t {
  free,
  taken,    ///< open(2) with O_EXCL says EBUSY
  unknown,  ///< it can not be asked: no right, no medium, no node
};

/// What has to be asked of the kernel by a path instead of read from a tree, and the locks that one
/// process holds against others.
class DeviceAccess {
 public:
  virtual ~DeviceAccess() = default;

  /// The number of the block device that a path names, links followed; nothing for other files.
  virtual std::optional<DeviceNumber> node_number(const std::string& path) const = 0;
  /// The device of the file system on which a file lies (st_dev).
  virtual std::optional<DeviceNumber> file_system_number(const std::string& path) const = 0;
  /// Opens the device below /dev for reading, and closes it again. Does not wait for it.
  virtual Claim exclusive(const std::string& kname) const = 0;

  /// Held until it is destroyed, or the program dies.
  class Lock {
   public:
    virtual ~Lock() = default;
  };
  /// Nothing when somebody else has it; then `holder` is what that one wrote about itself.
  /// Throws std::system_error when the file can not be made.
  virtual std::unique_ptr<Lock> lock(const std::string& path, const std::string& about,
                                     std::string& holder) = 0;
  /// Locks the node of a whole disk: udevd handles no event of it meanwhile, and partitioning tools
  /// wait. Nothing when somebody else has it (then `holder` names the process, if that can be seen)
  /// or the disk can not be opened (then `holder` is empty).
  virtual std::unique_ptr<Lock> lock_disk(const std::string& kname, std::string& holder) = 0;
};

}  // namespace multipath
