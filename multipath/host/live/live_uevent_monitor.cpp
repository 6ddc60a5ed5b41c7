#include "multipath/host/live/live_uevent_monitor.h"

#include <sys/sysmacros.h>

#include <cerrno>
#include <system_error>

#include <libudev.h>

namespace multipath {
namespace {

struct Unref {
  void operator()(::udev* context) const { udev_unref(context); }
  void operator()(::udev_monitor* monitor) const { udev_monitor_unref(monitor); }
  void operator()(::udev_device* device) const { udev_device_unref(device); }
};

std::string text_of(const char* text) { return text == nullptr ? "" : text; }

[[noreturn]] void fail(int error) {
  throw std::system_error(error, std::generic_category(), "cannot listen to udev");
}

void require(int result) {
  if (result < 0) fail(-result);
}

Uevent event_of(::udev_device* device) {
  Uevent event{.action = text_of(udev_device_get_action(device)),
               .subsystem = text_of(udev_device_get_subsystem(device)),
               .kname = text_of(udev_device_get_sysname(device))};
  const dev_t number = udev_device_get_devnum(device);
  if (event.subsystem == "block" && number != 0)
    event.number = DeviceNumber{gnu_dev_major(number), gnu_dev_minor(number)};
  return event;
}

}  // namespace

struct LiveUeventMonitor::Monitor {
  std::unique_ptr<::udev, Unref> context{udev_new()};
  std::unique_ptr<::udev_monitor, Unref> monitor;
};

LiveUeventMonitor::LiveUeventMonitor() : monitor_(std::make_unique<Monitor>()) {
  if (!monitor_->context) fail(errno);
  monitor_->monitor.reset(udev_monitor_new_from_netlink(monitor_->context.get(), "udev"));
  ::udev_monitor* monitor = monitor_->monitor.get();
  if (monitor == nullptr) fail(errno);
  require(udev_monitor_filter_add_match_subsystem_devtype(monitor, "block", "disk"));
  require(udev_monitor_filter_add_match_subsystem_devtype(monitor, "scsi", "scsi_device"));
  // Without privilege the buffer stays as it is, and more events may be lost, which is noticed.
  constexpr int buffer = 128 << 20;
  udev_monitor_set_receive_buffer_size(monitor, buffer);
  require(udev_monitor_enable_receiving(monitor));
}

LiveUeventMonitor::~LiveUeventMonitor() = default;

int LiveUeventMonitor::descriptor() const { return udev_monitor_get_fd(monitor_->monitor.get()); }

UeventMonitor::Taken LiveUeventMonitor::take() {
  constexpr std::size_t most = 1024;
  Taken taken;
  while (taken.events.size() < most) {
    errno = 0;
    const std::unique_ptr<::udev_device, Unref> device(
        udev_monitor_receive_device(monitor_->monitor.get()));
    if (!device) {
      if (errno == ENOBUFS) {
        taken.lost = true;
        continue;
      }
      break;
    }
    taken.events.push_back(event_of(device.get()));
  }
  return taken;
}

}  // namespace multipath
