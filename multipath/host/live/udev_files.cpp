#include "multipath/host/live/udev_files.h"

#include <algorithm>
#include <cerrno>
#include <string_view>
#include <system_error>
#include <utility>

#include <fnmatch.h>

#include "multipath/host/live/udev_control.h"
#include "multipath/model/cut.h"

namespace multipath {
namespace {

bool matches_one(const std::vector<std::string>& patterns, const std::string& name) {
  return std::ranges::any_of(patterns, [&](const std::string& pattern) {
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

void add_property(std::string_view text, std::map<std::string, std::string>& properties) {
  const auto equals = std::min(text.find('='), text.size());
  properties.emplace(text.substr(0, equals), text.substr(std::min(equals + 1, text.size())));
}

}  // namespace

struct UdevFiles::Entry {
  std::map<std::string, std::string> properties;
  std::vector<std::string> links;
};

UdevFiles::UdevFiles(const std::vector<std::string>& event, std::string entries)
    : entries_(std::move(entries)) {
  for (const std::string& variable : event) add_property(variable, event_);
}

std::vector<std::string> UdevFiles::enumerate_disks(
    const std::vector<std::string>& patterns) const {
  const FileTree sys("/sys");
  auto names = sys.list("class/block").value_or(std::vector<std::string>());
  std::erase_if(names, [&](const std::string& name) {
    // Only a partition has this attribute (block/partitions/core.c).
    return !matches_one(patterns, name) || sys.exists("class/block/" + name + "/partition");
  });
  return names;
}

std::optional<UdevFiles::Entry> UdevFiles::entry_of(DeviceNumber number) const {
  std::optional<std::string> text;
  try {
    text = entries_.read("b" + to_string(number));
  } catch (const std::system_error& error) {
    // No udevd has run on this machine: there are no entries.
    if (error.code() != std::errc::no_such_file_or_directory) throw;
  }
  if (!text) return std::nullopt;
  Entry entry;
  bool processed = false;
  for (std::string_view rest = *text; !rest.empty();) {
    const std::string_view line = cut(rest, '\n');
    processed = processed || line.starts_with("I:");
    if (line.starts_with("E:") && line.find('=') != line.npos)
      add_property(line.substr(2), entry.properties);
    if (line.starts_with("S:")) entry.links.emplace_back(line.substr(2));
  }
  if (!processed) return std::nullopt;
  return entry;
}

std::optional<std::map<std::string, std::string>> UdevFiles::properties(DeviceNumber number) const {
  if (is_event_of(event_, number)) return event_;
  auto entry = entry_of(number);
  if (!entry) return std::nullopt;
  return std::move(entry->properties);
}

std::vector<std::string> UdevFiles::links(DeviceNumber number) const {
  auto entry = entry_of(number);
  return entry ? std::move(entry->links) : std::vector<std::string>{};
}

bool UdevFiles::daemon_running() const { return udevd_listens(); }

bool UdevFiles::settle(std::chrono::milliseconds) const {
  throw std::system_error(ENOTSUP, std::generic_category(), "cannot wait for udev in a udev rule");
}

}  // namespace multipath
