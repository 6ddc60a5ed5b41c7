#pragma once

#include <string>
#include <vector>

#include "multipath/host/host.h"
#include "multipath/host/live/dm_ioctl_reader.h"
#include "multipath/host/live/file_tree.h"
#include "multipath/host/live/live_clock.h"
#include "multipath/host/live/live_state_files.h"
#include "multipath/host/live/udev_files.h"

namespace multipath {

/// The running machine as a program needs it that a udev rule runs: files of sysfs, /proc, /dev, udev
/// and /etc, and single device-mapper devices. No device is opened, no program is run, nothing is
/// waited for; what would need that throws std::system_error (ENOTSUP). Without libdevmapper, libudev
/// and libblkid, so that the program can be linked statically.
class EventHost {
 public:
  /// `environment`: variables as "NAME=value"; the rule sets the event's properties there.
  explicit EventHost(const std::vector<std::string>& environment) : udev_(environment) {}
  EventHost(const EventHost&) = delete;
  EventHost& operator=(const EventHost&) = delete;

  Host& host() { return host_; }

 private:
  class NoTransport final : public scsi::Transport {
   public:
    std::unique_ptr<scsi::LogicalUnit> open(std::string_view node) override;
  };
  class NoTools final : public ToolRunner {
   public:
    bool available(const std::string& program) const override;
    ToolRun run(const std::vector<std::string>& argv, std::chrono::milliseconds limit) override;
  };

  FileTree sys_{"/sys"};
  FileTree proc_{"/proc"};
  FileTree dev_{"/dev"};
  NoTransport scsi_;
  UdevFiles udev_;
  dm::IoctlReader device_mapper_;
  NoTools tools_;
  LiveClock clock_;
  LiveStateFiles state_files_;
  Host host_{.sys = sys_,
             .proc = proc_,
             .dev = dev_,
             .scsi = scsi_,
             .udev = udev_,
             .device_mapper = device_mapper_,
             .tools = tools_,
             .clock = clock_,
             .state_files = state_files_};
};

}  // namespace multipath
