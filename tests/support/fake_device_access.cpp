#include "tests/support/fake_device_access.h"

#include <algorithm>
#include <string_view>

namespace tests {
namespace {

constexpr std::string_view dev_folder = "/dev/";
constexpr std::string_view proc_folder = "/proc/";

std::string last_part(const std::string& path) { return path.substr(path.rfind('/') + 1); }

}  // namespace

std::optional<multipath::DeviceNumber> FakeDeviceAccess::number_of(const std::string& kname) const {
  if (kname.empty() || kname.starts_with('.')) return std::nullopt;
  const auto text = multipath::read_attribute(sys_, "class/block/" + kname + "/dev");
  return text ? multipath::parse_device_number(*text) : std::nullopt;
}

std::optional<multipath::DeviceNumber> FakeDeviceAccess::node_number(
    const std::string& path) const {
  if (path.starts_with(proc_folder)) {
    const auto link = proc_.read_link(path.substr(proc_folder.size()));
    return link && link->starts_with(dev_folder) ? node_number(*link) : std::nullopt;
  }
  if (!path.starts_with(dev_folder)) return std::nullopt;
  std::string name = path.substr(dev_folder.size());
  constexpr int most_links = 8;
  for (int links = 0; links < most_links; ++links) {
    const auto link = dev_.read_link(name);
    if (!link) break;
    name = last_part(*link);
    if (const auto number = number_of(name)) return number;
  }
  std::ranges::replace(name, '/', '!');
  return number_of(name);
}

}  // namespace tests
