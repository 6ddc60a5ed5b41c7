#include "multipath/claims/lvm_online.h"

#include <algorithm>

#include "multipath/model/cut.h"

namespace multipath {
namespace {

/// lvm(8): letters, digits, + _ . -, not "." nor "..", not beginning with "-".
bool is_group_name(std::string_view name) {
  constexpr std::string_view allowed =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+_.-";
  return !name.empty() && name.size() < 128 && name.front() != '-' && name != "." && name != ".." &&
         name.find_first_not_of(allowed) == name.npos;
}

/// Takes up a disk or partition, and notes a logical volume that lies on it.
void take(const SysTree& sys, const std::string& kname, PathsBelow& below) {
  const std::string block = "class/block/" + kname;
  if (const auto number = number_of_kname(sys, kname)) below.devices.insert(*number);
  for (const std::string& holder : names_in(sys, block + "/holders")) {
    const auto uuid = block_attribute(sys, holder, "dm/uuid");
    if (uuid && uuid->starts_with("LVM-"))
      below.volume = block_attribute(sys, holder, "dm/name").value_or(holder);
  }
}

// A partition map lies on a map, which lies on paths: no stack that means anything is deeper.
void take_slaves(const SysTree& sys, const std::string& block, int levels, PathsBelow& below) {
  for (const std::string& slave : names_in(sys, block + "/slaves")) {
    if (slave.starts_with("dm-")) {
      if (levels > 1) take_slaves(sys, "class/block/" + slave, levels - 1, below);
      continue;
    }
    take(sys, slave, below);
    for (const std::string& entry : names_in(sys, "class/block/" + slave)) {
      if (entry.starts_with(slave)) take(sys, entry, below);
    }
  }
}

}  // namespace

std::optional<OnlinePv> parse_online_pv(const std::string& file, std::string_view text) {
  const auto number = parse_device_number(cut(text, '\n'));
  if (!number) return std::nullopt;
  OnlinePv pv{file, *number, std::nullopt};
  while (!text.empty()) {
    const std::string_view line = cut(text, '\n');
    if (line.starts_with("vg:") && is_group_name(line.substr(3))) pv.group.emplace(line.substr(3));
  }
  return pv;
}

PathsBelow paths_below(const SysTree& sys, DeviceNumber map) {
  PathsBelow below;
  take_slaves(sys, "dev/block/" + to_string(map), 2, below);
  return below;
}

std::vector<OnlinePv> seen_on(const SysTree& sys, const std::vector<OnlinePv>& online,
                              const std::set<DeviceNumber>& devices) {
  std::vector<OnlinePv> seen;
  std::ranges::copy_if(online, std::back_inserter(seen), [&](const OnlinePv& pv) {
    return devices.contains(pv.device) || !sys.exists("dev/block/" + to_string(pv.device) + "/dev");
  });
  return seen;
}

}  // namespace multipath
