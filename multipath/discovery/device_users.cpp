#include "multipath/discovery/device_users.h"

#include <algorithm>
#include <sstream>

#include <fmt/format.h>

#include "multipath/model/natural_order.h"

namespace multipath {
namespace {

/// /proc/self/mountinfo (proc(5)): id parent major:minor root mountpoint ...
void add_mounts(const SysTree& proc, DeviceNumber number, std::vector<std::string>& users) {
  std::istringstream mounts(proc.read("self/mountinfo").value_or(""));
  for (std::string line; std::getline(mounts, line);) {
    std::istringstream words(line);
    std::string id, parent, device, root, mount_point;
    if (words >> id >> parent >> device >> root >> mount_point && device == to_string(number)) {
      users.push_back("mounted on " + mount_point);
    }
  }
}

/// /proc/swaps: a header, then a line each that starts with the node.
void add_swaps(const Host& host, DeviceNumber number, std::vector<std::string>& users) {
  const auto link = host.sys.read_link("dev/block/" + to_string(number));
  if (!link) return;
  const std::string kname = link->substr(link->rfind('/') + 1);
  std::istringstream swaps(host.proc.read("swaps").value_or(""));
  for (std::string line; std::getline(swaps, line);) {
    if (line.starts_with("/dev/" + kname + " ") || line.starts_with("/dev/" + kname + "\t"))
      users.emplace_back("swap");
  }
}

void add_holders(const SysTree& sys, DeviceNumber number, std::vector<std::string>& users) {
  const std::string folder = "dev/block/" + to_string(number) + "/holders";
  std::vector<std::string> holders = sys.list(folder).value_or(std::vector<std::string>{});
  std::ranges::sort(holders, NaturalLess{});
  for (const std::string& holder : holders) {
    const auto name = read_attribute(sys, "class/block/" + holder + "/dm/name");
    users.push_back(name ? fmt::format("held by {} ({})", holder, *name) : "held by " + holder);
  }
}

}  // namespace

std::vector<std::string> users_of(const Host& host, DeviceNumber number) {
  std::vector<std::string> users;
  add_mounts(host.proc, number, users);
  add_swaps(host, number, users);
  add_holders(host.sys, number, users);
  return users;
}

}  // namespace multipath
