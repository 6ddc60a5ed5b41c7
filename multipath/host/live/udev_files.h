#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "multipath/host/live/file_tree.h"
#include "multipath/host/udev_database.h"

namespace multipath {

/// The running machine's udev by its files, without libudev: all that a program needs that a rule
/// runs. Can be called from any thread.
///
/// udev_enumerate of systemd 252 opens every component of every device's path one by one (75 system
/// calls for a disk with a short path, well above 100 for a disk behind an HBA) and reads each
/// device's uevent file to tell a disk from a partition. /sys/class/block is the same list for 4
/// calls plus one for each matching name. For the same reason, properties and links are read from
/// the entry itself in four calls: /run/udev/data/b<major>:<minor> (systemd,
/// src/libsystemd/sd-device/device-private.c; lines "I:" usec when it was processed, "E:" name "="
/// value, "S:" link below /dev).
///
/// udevd writes the entry after all rules have run, so a program that a rule runs (IMPORT, PROGRAM)
/// takes the properties of the event's device from its environment.
class UdevFiles : public UdevDatabase {
 public:
  /// `event`: the environment, as "NAME=value", of a program that a udev rule may have started.
  /// `entries`: where udevd keeps its entries.
  explicit UdevFiles(const std::vector<std::string>& event = {},
                     std::string entries = "/run/udev/data");
  std::vector<std::string> enumerate_disks(const std::vector<std::string>& patterns) const override;
  std::optional<std::map<std::string, std::string>> properties(DeviceNumber number) const override;
  std::vector<std::string> links(DeviceNumber number) const override;
  bool daemon_running() const override;

  /// Throws std::system_error (ENOTSUP): a program that a rule runs must not wait for udev.
  bool settle(std::chrono::milliseconds limit) const override;

 private:
  struct Entry;
  /// Returns nothing if udev has not processed the device.
  std::optional<Entry> entry_of(DeviceNumber number) const;

  FileTree entries_;
  std::map<std::string, std::string> event_;
};

}  // namespace multipath
