#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "multipath/host/host.h"
#include "multipath/host/memory/memory_clock.h"
#include "multipath/host/memory/memory_device_mapper.h"
#include "multipath/host/memory/memory_event_spool.h"
#include "multipath/host/memory/memory_state_files.h"
#include "multipath/model/wwid.h"
#include "tests/support/fake_device_access.h"
#include "tests/support/fake_unit.h"
#include "tests/support/memory_sys_writer.h"
#include "tests/support/memory_tree.h"

namespace tests {

/// A udev database as maps that a test fills.
class FakeUdevDatabase final : public multipath::UdevDatabase {
 public:
  std::vector<std::string> disks;
  std::map<multipath::DeviceNumber, std::map<std::string, std::string>> entries;
  std::map<multipath::DeviceNumber, std::vector<std::string>> dev_links;
  bool running = true;

  std::vector<std::string> enumerate_disks(const std::vector<std::string>& patterns) const override;
  std::optional<std::map<std::string, std::string>> properties(
      multipath::DeviceNumber number) const override;
  std::vector<std::string> links(multipath::DeviceNumber number) const override;
  bool daemon_running() const override { return running; }
  bool settle(std::chrono::milliseconds) const override { return true; }
};

/// Available programs with their results, and a record of runs. An unexpected run exits with 127.
class FakeToolRunner final : public multipath::ToolRunner {
 public:
  std::map<std::vector<std::string>, multipath::ToolRun> runs;
  std::vector<std::vector<std::string>> journal;

  bool available(const std::string& program) const override;
  multipath::ToolRun run(const std::vector<std::string>& argv, std::chrono::milliseconds) override;
};

/// Attributes of a disk in sysfs that do not come from its unit.
struct DiskState {
  std::uint64_t size_sectors = 2048;
  std::string state = "running";
  bool read_only = false;
  std::string device_handler = "detached";
  bool sg_node = true;
  std::vector<std::string> holders = {};
  /// Name and holders of each partition.
  std::map<std::string, std::vector<std::string>> partitions = {};
};

/// A machine in memory.
class FakeHost {
 public:
  MemoryTree sys, proc, dev;
  FakeTransport scsi;
  FakeUdevDatabase udev;
  dm::MemoryDeviceMapper device_mapper;
  FakeToolRunner tools;
  multipath::MemoryStateFiles state_files;
  MemorySysWriter sys_writer{sys};
  std::string former_verdict;  ///< of the context
  multipath::MemoryClock clock;
  FakeDeviceAccess devices{sys, proc, dev};
  multipath::MemoryEventSpool own_events;
  multipath::Port<multipath::EventSpool> events = own_events;
  multipath::Port<multipath::PartitionTables> partition_tables =
      multipath::absent_partition_tables();
  Hang hang;  ///< the last member: its destructor releases threads that wait in `scsi`

  multipath::Host host() {
    return {.sys = sys,
            .proc = proc,
            .dev = dev,
            .scsi = scsi,
            .udev = udev,
            .device_mapper = device_mapper,
            .tools = tools,
            .clock = clock,
            .devices = devices,
            .state_files = state_files,
            .sys_writer = sys_writer,
            .events = events,
            .partition_tables = partition_tables};
  }

  /// Adds a disk to /sys as in Linux 6.1 and to /dev, with its unit behind the sg node or, without
  /// one, behind the block node. The kernel's cache of INQUIRY and page 0x83 has the unit's present
  /// data.
  FakeUnit& add_disk(const std::string& kname, const std::string& address,
                     multipath::DeviceNumber number, FakeUnit unit, const DiskState& state = {});
  /// As above, with the number that sd assigns ("sdb" is 8:16, up to "sdp") and a LIO unit.
  FakeUnit& add_path(const std::string& kname, const std::string& address, int unit,
                     const DiskState& state = {});
  /// The directory below /sys of the SCSI device with that address.
  static std::string scsi_device_folder(const std::string& address);
  /// Writes the present device-mapper devices to /sys and /dev.
  void show_maps();

 private:
  int next_sg_ = 0;
};

/// "sda" 8:0, "sdp" 8:240.
multipath::DeviceNumber sd_number(const std::string& kname);

/// A disk of an array in the hardware table with the WWID wwid_of_unit(unit).
FakeUnit lio_disk(int unit);
multipath::Wwid wwid_of_unit(int unit);

}  // namespace tests
