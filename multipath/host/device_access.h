#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "multipath/model/device_number.h"

namespace multipath {

/// Whether a device can be opened exclusively.
enum class Claim : std::uint8_t {
  free,
  taken,    ///< open(2) with O_EXCL fails with EBUSY
  unknown,  ///< open(2) fails for another reason: no permission, no medium, no node
};

/// Queries about device nodes that a tree of files cannot answer, and locks between processes.
class DeviceAccess {
 public:
  virtual ~DeviceAccess() = default;

  /// Returns the number of the block device at `path`, following links; nothing for other files.
  virtual std::optional<DeviceNumber> node_number(const std::string& path) const = 0;
  /// Returns the device of the file system that contains the file (st_dev).
  virtual std::optional<DeviceNumber> file_system_number(const std::string& path) const = 0;
  /// Opens /dev/`kname` exclusively for reading without blocking, and closes it again.
  virtual Claim exclusive(const std::string& kname) const = 0;

  /// Released by the destructor, or when the process ends.
  class Lock {
   public:
    virtual ~Lock() = default;
  };
  /// Locks the file at `path` and writes `about` into it. If another process has the lock, returns
  /// nothing and sets `holder` to what that process wrote. Throws std::system_error if the file
  /// cannot be created.
  virtual std::unique_ptr<Lock> lock(const std::string& path, const std::string& about,
                                     std::string& holder) = 0;
  /// Locks the node of a whole disk: udevd defers its events meanwhile, and partitioning tools
  /// wait. If another process has the lock, returns nothing and describes that process in `holder`.
  /// If the disk cannot be opened, returns nothing and leaves `holder` empty.
  virtual std::unique_ptr<Lock> lock_disk(const std::string& kname, std::string& holder) = 0;
};

}  // namespace multipath
