#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "multipath/model/device_number.h"
#include "multipath/model/map.h"

/// The port onto device-mapper. Shapes and semantics: include/uapi/linux/dm-ioctl.h.
/// Names and uuids are the kernel's own bytes: a name that libdm mangled ("a\x20b") is seen and
/// given as it is.
namespace dm {

using multipath::DeviceNumber;

struct Target {
  std::uint64_t start = 0;  ///< in sectors of 512 bytes
  std::uint64_t length = 0;
  std::string type;        ///< "multipath", "linear"...
  std::string parameters;  ///< table or status words, whichever was asked for

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
  bool reload = false;           ///< DM_SUBSYSTEM_UDEV_FLAG0: nothing changed above

  auto operator<=>(const UdevFlags&) const = default;
};

/// What belongs to one wait for udev: every create, resume, rename and remove of a run is done
/// under one batch, and wait() returns when udev has processed them all. The destructor waits too.
/// Without a udevd nothing is waited for.
///
/// WaitForUdev::no is for whoever udevd itself started: two workers that each wait for an event that
/// the other one stands before wait until udevd kills both. The kernel's events then carry the flags
/// and no semaphore, and udevd makes the nodes when it comes to them.
enum class WaitForUdev : bool { no, yes };
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
  /// Of the node, where no udevd makes it; udev's rules ask for theirs (multipath-udev(7)).
  multipath::NodeAttributes node = {};

  auto operator<=>(const NewMap&) const = default;
};

/// How suspend() and resume() treat I/O that is in flight or queued in the target.
enum class Flush : bool { no, yes };

/// Every call throws std::system_error with verb and map in its text when the kernel refuses.
/// Reading calls give nothing for a map that does not exist. No call opens the map's device.
class DeviceMapper {
 public:
  virtual ~DeviceMapper() = default;

  // Reading.
  virtual Version driver_version() = 0;  ///< throws when there is no driver, or no right to ask it
  virtual std::optional<Version> target_version(std::string_view target_type) = 0;
  virtual std::vector<Device> list() = 0;
  virtual std::optional<Description> describe(std::string_view name) = 0;
  virtual std::optional<Description> describe(DeviceNumber number) = 0;
  virtual std::optional<Table> table(std::string_view name) = 0;   ///< the live one
  virtual std::optional<Table> status(std::string_view name) = 0;  ///< without flushing
  virtual std::vector<DeviceNumber> dependencies(std::string_view name) = 0;

  // Writing.
  virtual std::unique_ptr<UdevBatch> begin_batch(WaitForUdev wait = WaitForUdev::yes) = 0;
  /// Create, load and resume; on failure nothing is left behind.
  virtual void create(const NewMap& map, UdevFlags flags, UdevBatch& batch) = 0;
  /// Into the inactive slot.
  virtual void load(std::string_view name, const Table& table, Access access) = 0;
  /// Drops the inactive table.
  virtual void clear(std::string_view name) = 0;
  virtual void suspend(std::string_view name, Flush flush) = 0;
  /// Makes an inactive table live (the kernel suspends for the swap itself, by `flush`), and
  /// resumes.
  virtual void resume(std::string_view name, Flush flush, UdevFlags flags, UdevBatch& batch) = 0;
  virtual void rename(std::string_view name, std::string_view new_name, UdevFlags flags,
                      UdevBatch& batch) = 0;
  virtual void remove(std::string_view name, UdevBatch& batch) = 0;
  virtual void message(std::string_view name, std::uint64_t sector, std::string_view text) = 0;
};

}  // namespace dm
