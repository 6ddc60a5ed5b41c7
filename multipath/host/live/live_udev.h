#pragma once

#include <mutex>
#include <optional>

#include "multipath/host/live/file_tree.h"
#include "multipath/host/udev_database.h"

namespace multipath {

/// The running machine's udev, through libudev. Each call makes its own libudev objects, so that
/// threads may call it at once: libudev's objects must not be shared between threads.
///
/// Enumeration alone does not go through libudev: udev_enumerate of systemd 252 opens every part of
/// every device's path one by one, 75 system calls for a disk on a short path and well above 100
/// for one behind an HBA, and has to read each device's uevent file to tell a disk from a
/// partition. /sys/class/block is the same list for 4 calls, and one more for each name that
/// matches. Properties are read from the entry itself, /run/udev/data/b<major>:<minor> (lines
/// "I:" usec when it was processed, "E:" name "=" value), for the same reason: three system calls.
///
/// A program that a rule runs (IMPORT, PROGRAM) finds the properties of the event's device in its
/// environment: the entry is written when all rules are done.
class LiveUdev final : public UdevDatabase {
 public:
  /// `event` are the variables of the environment, "NAME=value", of a program that may have been run
  /// for an event.
  explicit LiveUdev(const std::vector<std::string>& event = {});
  std::vector<std::string> enumerate_disks(const std::vector<std::string>& patterns) const override;
  std::optional<std::map<std::string, std::string>> properties(DeviceNumber number) const override;
  std::vector<std::string> links(DeviceNumber number) const override;
  bool daemon_running() const override;

  /// Follows the queue file that udevd keeps while it has events. An event that the kernel has
  /// sent and udevd has not read yet is not seen: who waits for the events of a dm operation uses
  /// dm::UdevBatch.
  bool settle(std::chrono::milliseconds limit) const override;

 private:
  const FileTree* data() const;

  mutable std::once_flag data_opened_;
  mutable std::optional<FileTree> data_;
  std::map<std::string, std::string> event_;
};

}  // namespace multipath
