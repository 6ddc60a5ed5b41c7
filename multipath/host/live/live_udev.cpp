#include "multipath/host/live/live_udev.h"

#include <sys/sysmacros.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <sstream>
#include <system_error>

#include <fnmatch.h>
#include <libudev.h>
#include <poll.h>
#include <unistd.h>

#include "multipath/host/live/file_tree.h"
#include "multipath/host/udev_control.h"

namespace multipath {
namespace {

struct Unref {
  void operator()(::udev* context) const { udev_unref(context); }
  void operator()(::udev_device* device) const { udev_device_unref(device); }
  void operator()(::udev_queue* queue) const { udev_queue_unref(queue); }
};
using Context = std::unique_ptr<::udev, Unref>;
using Device = std::unique_ptr<::udev_device, Unref>;
using Queue = std::unique_ptr<::udev_queue, Unref>;

Context make_context() {
  Context context(udev_new());
  if (!context) throw std::system_error(errno, std::generic_category(), "cannot use libudev");
  return context;
}

Queue make_queue(::udev* context) {
  Queue queue(udev_queue_new(context));
  if (!queue) throw std::system_error(errno, std::generic_category(), "cannot use libudev");
  return queue;
}

/// Returns nothing if there is no such block device or udev has not processed it.
Device find(::udev* context, DeviceNumber number) {
  Device device(udev_device_new_from_devnum(context, 'b', makedev(number.major, number.minor)));
  if (device && udev_device_get_is_initialized(device.get()) <= 0) device.reset();
  return device;
}

bool matches_one(const std::vector<std::string>& patterns, const std::string& name) {
  return std::any_of(patterns.begin(), patterns.end(), [&](const std::string& pattern) {
    return ::fnmatch(pattern.c_str(), name.c_str(), 0) == 0;
  });
}

/// udevd passes SUBSYSTEM, MAJOR and MINOR of the event's device to its programs.
bool is_event_of(const std::map<std::string, std::string>& event, DeviceNumber number) {
  const auto is = [&](const char* name, const std::string& value) {
    const auto found = event.find(name);
    return found != event.end() && found->second == value;
  };
  return is("SUBSYSTEM", "block") && is("MAJOR", std::to_string(number.major)) &&
         is("MINOR", std::to_string(number.minor));
}

}  // namespace

LiveUdev::LiveUdev(const std::vector<std::string>& event) {
  for (const std::string& variable : event) {
    const auto equals = std::min(variable.find('='), variable.size());
    event_.emplace(variable.substr(0, equals),
                   variable.substr(std::min(equals + 1, variable.size())));
  }
}

/// Opened on first use: most runs need no properties.
const FileTree* LiveUdev::data() const {
  std::call_once(data_opened_, [this] {
    try {
      data_.emplace("/run/udev/data");
    } catch (const std::system_error&) {
      // No udevd has run on this machine: there are no properties.
    }
  });
  return data_ ? &*data_ : nullptr;
}

std::vector<std::string> LiveUdev::enumerate_disks(const std::vector<std::string>& patterns) const {
  const FileTree sys("/sys");
  auto names = sys.list("class/block").value_or(std::vector<std::string>());
  std::erase_if(names, [&](const std::string& name) {
    // Only a partition has this attribute (block/partitions/core.c).
    return !matches_one(patterns, name) || sys.exists("class/block/" + name + "/partition");
  });
  return names;
}

std::optional<std::map<std::string, std::string>> LiveUdev::properties(DeviceNumber number) const {
  if (is_event_of(event_, number)) return event_;
  const FileTree* entries = data();
  const auto entry = entries != nullptr ? entries->read("b" + to_string(number)) : std::nullopt;
  if (!entry) return std::nullopt;
  std::map<std::string, std::string> properties;
  bool processed = false;
  std::istringstream lines(*entry);
  for (std::string line; std::getline(lines, line);) {
    processed = processed || line.starts_with("I:");
    const auto equals = line.find('=');
    if (!line.starts_with("E:") || equals == std::string::npos) continue;
    properties.emplace(line.substr(2, equals - 2), line.substr(equals + 1));
  }
  if (!processed) return std::nullopt;
  return properties;
}

std::vector<std::string> LiveUdev::links(DeviceNumber number) const {
  const Context context = make_context();
  const Device device = find(context.get(), number);
  std::vector<std::string> links;
  if (!device) return links;
  constexpr std::string_view below = "/dev/";
  ::udev_list_entry* entry = nullptr;
  udev_list_entry_foreach(entry, udev_device_get_devlinks_list_entry(device.get())) {
    const std::string_view link = udev_list_entry_get_name(entry);
    if (link.starts_with(below)) links.emplace_back(link.substr(below.size()));
  }
  return links;
}

bool LiveUdev::daemon_running() const { return udevd_listens(); }

bool LiveUdev::settle(std::chrono::milliseconds limit) const {
  using Clock = std::chrono::steady_clock;
  const auto deadline = Clock::now() + limit;
  if (!udevd_listens()) return true;
  const Context context = make_context();
  const Queue queue = make_queue(context.get());
  // Set the watch before the first check so that no change is missed.
  pollfd change{.fd = udev_queue_get_fd(queue.get()), .events = POLLIN, .revents = 0};
  if (change.fd < 0)
    throw std::system_error(-change.fd, std::generic_category(), "cannot watch udev's queue");
  while (udev_queue_get_queue_is_empty(queue.get()) <= 0) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
    if (left.count() <= 0) return false;
    if (::poll(&change, 1, static_cast<int>(std::min<long long>(left.count(), 1000))) > 0)
      udev_queue_flush(queue.get());
  }
  return true;
}

}  // namespace multipath
