#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "multipath/host/device_mapper.h"
#include "multipath/host/memory/memory_multipath_target.h"

namespace dm {

/// A map of the in-memory world.
struct MemoryMap {
  std::string name;
  std::string uuid;
  DeviceNumber number;
  std::optional<Table> live;  ///< `multipath`, below, has the words of a multipath target
  std::optional<Table> inactive;
  Access live_access = Access::read_write;
  Access inactive_access = Access::read_write;
  /// The result of status(); if there is none, `multipath` computes it.
  std::optional<Table> status;
  /// The live target if it is a valid multipath target. Set by put().
  std::optional<MemoryMultipathTarget> multipath;
  bool suspended = false;
  std::int32_t open_count = 0;
  std::uint32_t event_number = 0;

  auto operator<=>(const MemoryMap&) const = default;
};

/// Makes the `call`th call of a port's function on a map fail. `verb` is the function's name
/// ("load"), or "wait" for UdevBatch::wait(); an empty map name matches any map.
struct Fault {
  std::string verb;
  std::string map = {};
  int error = 0;  ///< an errno
  unsigned call = 1;
  /// "resume" only: the kernel suspended the map and then failed to swap the tables. The map stays
  /// suspended with its old table, and the inactive table is lost (dm-ioctl.c, do_resume()).
  bool suspends = false;

  auto operator<=>(const Fault&) const = default;
};

/// Device-mapper without a kernel, for captured hosts, dry runs and tests. It follows the kernel's
/// rules (drivers/md/dm-ioctl.c): names and uuids are unique (EBUSY), an open map cannot be removed
/// (EBUSY), an unknown name is ENXIO, an invalid table is not loaded (EINVAL), resume makes the
/// inactive table live, and a suspended map rejects messages (EBUSY). A live table keeps the maps
/// that it uses open, so a map can be removed once its last partition map is removed.
///
/// The journal has one line for each attempted change, in order; the line of a failed change ends
/// in
/// ": " and the reason. Reading calls are not recorded.
class MemoryDeviceMapper final : public DeviceMapper {
 public:
  MemoryDeviceMapper() = default;

  /// Adds a map unchecked and unrecorded, with its open count. Replaces the number 0:0 by a free
  /// one.
  void put(MemoryMap map);
  /// Adds a live map with one table, the common case.
  void put(const NewMap& map);
  /// Copies all maps of another device-mapper, to try changes out in the copy.
  void put_copy_of(DeviceMapper& other);

  void set_open_count(std::string_view name, std::int32_t count);
  void set_driver_version(Version version) { driver_version_ = version; }
  void set_target_version(const std::string& type, Version version) {
    target_versions_[type] = version;
  }
  void clear_target_versions() { target_versions_.clear(); }
  /// Simulates a missing driver: every reading call throws this errno.
  void set_no_driver(int error) { no_driver_ = error; }
  void inject(Fault fault);
  /// Whether a fault is armed that no call has triggered yet.
  bool has_armed_faults() const;

  const std::vector<std::string>& journal() const { return journal_; }
  /// Returns nothing if there is no such map.
  const MemoryMap* find(std::string_view name) const;

  Version driver_version() override;
  std::optional<Version> target_version(std::string_view target_type) override;
  std::vector<Device> list() override;
  std::optional<Description> describe(std::string_view name) override;
  std::optional<Description> describe(DeviceNumber number) override;
  std::optional<Table> table(std::string_view name) override;
  std::optional<Table> status(std::string_view name) override;
  std::vector<DeviceNumber> dependencies(std::string_view name) override;

  std::unique_ptr<UdevBatch> begin_batch(WaitForUdev wait = WaitForUdev::yes) override;
  void create(const NewMap& map, UdevFlags flags, UdevBatch& batch) override;
  void load(std::string_view name, const Table& table, Access access) override;
  void clear(std::string_view name) override;
  void suspend(std::string_view name, Flush flush) override;
  void resume(std::string_view name, Flush flush, UdevFlags flags, UdevBatch& batch) override;
  void rename(std::string_view name, std::string_view new_name, UdevFlags flags,
              UdevBatch& batch) override;
  void remove(std::string_view name, UdevBatch& batch) override;
  void message(std::string_view name, std::uint64_t sector, std::string_view text) override;

 private:
  friend class MemoryBatch;
  struct Armed {
    Fault fault;
    unsigned seen = 0;
  };
  using Maps = std::map<std::string, MemoryMap, std::less<>>;

  /// Returns the errno of an armed fault that this call triggers, or 0; suspends if the fault does.
  int fault(std::string_view verb, std::string_view map);
  /// For reading calls: throws an armed fault.
  void look(std::string_view verb, std::string_view map);
  /// Records a line in the journal; throws if there is an error.
  void record(std::string line, int error, const std::string& doing);
  MemoryMap* lookup(std::string_view name);
  int table_error(const Table& table) const;
  int create_error(const NewMap& map) const;
  DeviceNumber free_number();
  /// Opens (1) or closes (-1) each map that the table uses, as loading a table does.
  void count_opens(const std::optional<Table>& table, std::int32_t change);

  Maps maps_;
  std::map<DeviceNumber, std::string> names_;      ///< of maps_, by number
  std::multiset<std::string, std::less<>> uuids_;  ///< of maps_
  std::uint32_t free_minor_ = 0;                   ///< none below is free
  std::vector<Armed> faults_;
  std::vector<std::string> journal_;
  int no_driver_ = 0;
  Version driver_version_{4, 47, 0};
  std::map<std::string, Version, std::less<>> target_versions_{
      {"linear", {1, 4, 0}}, {"multipath", {1, 14, 0}}, {"error", {1, 6, 0}}};
};

}  // namespace dm
