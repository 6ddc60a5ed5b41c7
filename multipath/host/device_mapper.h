#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "multipath/model/device_number.h"
#include "multipath/model/map.h"

/// The device-mapper port. Shapes and semantics: include/uapi/linux/dm-ioctl.h.
/// Names and uuids are the kernel's own bytes: a name that libdm mangled ("a\x20b") is passed
/// through unchanged.
namespace dm {

using multipath::DeviceNumber;

struct Target {
  std::uint64_t start = 0;  ///< in sectors of 512 bytes
  std::uint64_t length = 0;
  std::string type;        ///< "multipath", "linear"...
  std::string parameters;  ///< the words of the table or of the status, depending on the query

  auto operator<=>(const Target&) const = default;
};
using Table = std::vector<Target>;

enum class Access : bool { read_write, read_only };

struct Device {
  std::string name;
  DeviceNumber number;
  /// Empty for a device without one; nothing when the kernel does not list uuids (before 5.13).
  std::optional<std::string> uuid = std::nullopt;

  auto operator<=>(const Device&) const = default;
};

/// DM_DEV_STATUS.
struct Description {
  std::string name;
  std::string uuid;
  DeviceNumber number;
  std::int32_t open_count = 0;
  std::uint32_t event_number = 0;
  std::uint32_t target_count = 0;
  bool suspended = false;
  bool live_table = false;
  bool inactive_table = false;
  bool read_only = false;
  bool deferred_remove = false;

  auto operator<=>(const Description&) const = default;
};

struct Version {
  unsigned major = 0, minor = 0, patch = 0;
  auto operator<=>(const Version&) const = default;
};

/// Flags for udev's rules that travel in the upper half of the cookie (libdevmapper.h, DM_UDEV_*).
struct UdevFlags {
  bool skip_partitions = false;  ///< DM_SUBSYSTEM_UDEV_FLAG1: no partition maps
  bool no_usable_path = false;   ///< DM_SUBSYSTEM_UDEV_FLAG2
  bool reload = false;           ///< DM_SUBSYSTEM_UDEV_FLAG0: nothing changed for upper layers

  auto operator<=>(const UdevFlags&) const = default;
};

/// Use `no` in a process that udevd started: two udev workers that wait for events queued behind
/// each other would wait until udevd kills both. The kernel's events then carry the flags without a
/// semaphore, and udevd creates the nodes when it processes the events.
enum class WaitForUdev : bool { no, yes };

/// One wait for udev. Every create, resume, rename and remove of a run belongs to one batch; wait()
/// returns once udev has processed all of them. The destructor waits if wait() was not called.
/// Without a running udevd, wait() returns at once.
class UdevBatch {
 public:
  virtual ~UdevBatch() = default;
  virtual void wait() = 0;
};

struct NewMap {
  std::string name;
  std::string uuid;
  Table table;
  Access access = Access::read_write;
  /// Owner and mode of the node if no udevd runs. With udevd, its rules set them
  /// (multipath-udev(7)).
  multipath::NodeAttributes node = {};

  auto operator<=>(const NewMap&) const = default;
};

/// The driver cannot be used at all: the kernel has none, or the process lacks the privilege.
class DriverError : public std::system_error {
 public:
  DriverError(int error, const std::string& doing)
      : std::system_error(error, std::generic_category(), doing) {}

  bool lacks_privilege() const {
    return code() == std::errc::permission_denied || code() == std::errc::operation_not_permitted;
  }
};

/// Whether suspend() and resume() flush I/O that is in flight or queued in the target.
enum class Flush : bool { no, yes };

/// If the kernel rejects a call, it throws std::system_error whose text names the operation and the
/// map; without a driver, or without the privilege to use it, it throws DriverError. Reading calls
/// return nothing for a map that does not exist. No call opens the map's device.
class DeviceMapper {
 public:
  virtual ~DeviceMapper() = default;

  // Reading.
  virtual Version driver_version() = 0;  ///< on failure always throws DriverError
  virtual std::optional<Version> target_version(std::string_view target_type) = 0;
  virtual std::vector<Device> list() = 0;
  virtual std::optional<Description> describe(std::string_view name) = 0;
  virtual std::optional<Description> describe(DeviceNumber number) = 0;
  virtual std::optional<Table> table(std::string_view name) = 0;   ///< the live one
  virtual std::optional<Table> status(std::string_view name) = 0;  ///< without flushing
  virtual std::vector<DeviceNumber> dependencies(std::string_view name) = 0;

  // Writing.
  virtual std::unique_ptr<UdevBatch> begin_batch(WaitForUdev wait = WaitForUdev::yes) = 0;
  /// Creates, loads and resumes the map; on failure, removes what it created.
  virtual void create(const NewMap& map, UdevFlags flags, UdevBatch& batch) = 0;
  /// Loads a table into the inactive slot.
  virtual void load(std::string_view name, const Table& table, Access access) = 0;
  /// Drops the inactive table.
  virtual void clear(std::string_view name) = 0;
  virtual void suspend(std::string_view name, Flush flush) = 0;
  /// Makes an inactive table live and resumes. The kernel suspends the map for the swap, and
  /// `flush` applies to that suspend.
  virtual void resume(std::string_view name, Flush flush, UdevFlags flags, UdevBatch& batch) = 0;
  virtual void rename(std::string_view name, std::string_view new_name, UdevFlags flags,
                      UdevBatch& batch) = 0;
  virtual void remove(std::string_view name, UdevBatch& batch) = 0;
  virtual void message(std::string_view name, std::uint64_t sector, std::string_view text) = 0;
};

}  // namespace dm
