#pragma once

#include <mutex>
#include <optional>

#include "multipath/host/live/file_tree.h"
#include "multipath/host/udev_database.h"

namespace multipath {

/// The running machine's udev, through libudev. libudev's objects must not be shared between
/// threads, so each call creates its own and may run in any thread.
///
/// Enumeration does not use libudev: udev_enumerate of systemd 252 opens every component of every
/// device's path one by one (75 system calls for a disk with a short path, well above 100 for a
/// disk behind an HBA) and reads each device's uevent file to tell a disk from a partition.
/// /sys/class/block is the same list for 4 calls plus one for each matching name. For the same
/// reason, properties are read from the entry itself in three calls:
/// /run/udev/data/b<major>:<minor> (lines "I:" usec when it was processed, "E:" name "=" value).
///
/// udevd writes the entry after all rules have run, so a program that a rule runs (IMPORT, PROGRAM)
/// takes the properties of the event's device from its environment.
class LiveUdev final : public UdevDatabase {
 public:
  /// `event`: the environment, as "NAME=value", of a program that a udev rule may have started.
  explicit LiveUdev(const std::vector<std::string>& event = {});
  std::vector<std::string> enumerate_disks(const std::vector<std::string>& patterns) const override;
  std::optional<std::map<std::string, std::string>> properties(DeviceNumber number) const override;
  std::vector<std::string> links(DeviceNumber number) const override;
  bool daemon_running() const override;

  /// Watches the queue file that udevd keeps while it has events. Does not notice an event that the
  /// kernel has sent but udevd has not yet read: to wait for the events of a dm operation, use
  /// dm::UdevBatch.
  bool settle(std::chrono::milliseconds limit) const override;

 private:
  const FileTree* data() const;

  mutable std::once_flag data_opened_;
  mutable std::optional<FileTree> data_;
  std::map<std::string, std::string> event_;
};

}  // namespace multipath
