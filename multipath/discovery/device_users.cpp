#include "multipath/discovery/device_users.h"

#include <algorithm>

#include <fmt/format.h>

#include "multipath/model/natural_order.h"
#include "multipath/model/proc_tables.h"

namespace multipath {
namespace {

/// A table that is there and cannot be read whole may name the device.
std::string table(const SysTree& proc, const std::string& name, std::vector<std::string>& users) {
  auto text = proc.read(name);
  if (!text && proc.presence(name) != Presence::absent)
    users.push_back(fmt::format("perhaps in /proc/{}, which cannot be read", name));
  return text.value_or("");
}

void add_mounts(const SysTree& proc, DeviceNumber number, std::vector<std::string>& users) {
  for (const HolderMount& mount : parse_mountinfo(table(proc, "self/mountinfo", users))) {
    if (mount.device == number) users.push_back("mounted on " + mount.mount_point);
  }
}

void add_swaps(const Host& host, DeviceNumber number, std::vector<std::string>& users) {
  const auto link = host.sys.read_link("dev/block/" + to_string(number));
  if (!link) return;
  const std::string kname = link->substr(link->rfind('/') + 1);
  for (const HolderSwap& swap : parse_swaps(table(host.proc, "swaps", users))) {
    if (swap.file == "/dev/" + kname) users.emplace_back("swap");
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
