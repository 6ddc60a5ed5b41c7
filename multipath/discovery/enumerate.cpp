#include "multipath/discovery/enumerate.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <string_view>

#include "multipath/model/natural_order.h"

namespace multipath {
namespace {

/// "../../devices/a/b/block/sda" without the steps up: the same folder seen from /sys.
std::string_view below_sys(std::string_view link) {
  while (link.starts_with("../")) link.remove_prefix(3);
  return link;
}

/// Takes the last component off.
std::string_view take_last(std::string_view& path) {
  const auto slash = path.rfind('/');
  const std::string_view last = path.substr(slash == std::string_view::npos ? 0 : slash + 1);
  path = path.substr(0, slash == std::string_view::npos ? 0 : slash);
  return last;
}

bool is_sd_name(std::string_view name) {
  return name.size() > 2 && name.starts_with("sd") &&
         std::ranges::all_of(name.substr(2), [](char c) { return c >= 'a' && c <= 'z'; });
}

/// What a link of /sys/dev/block says: .../H:C:T:L/block/sda or .../H:C:T:L/block/sda/sda1.
struct BlockLink {
  std::string_view folder;
  std::string_view disk;
  std::string_view partition;
  ScsiAddress address;
};

std::optional<BlockLink> read_block_link(std::string_view link) {
  BlockLink result;
  result.folder = below_sys(link);
  std::string_view rest = result.folder;
  result.disk = take_last(rest);
  std::string_view above = take_last(rest);
  if (above != "block") {
    result.partition = result.disk;
    result.disk = above;
    above = take_last(rest);
  }
  if (above != "block" || !is_sd_name(result.disk)) return std::nullopt;
  const auto address = parse_scsi_address(take_last(rest));
  if (!address) return std::nullopt;
  result.address = *address;
  return result;
}

std::uint64_t number_or_zero(const std::optional<std::string>& text) {
  std::uint64_t value = 0;
  if (text) std::from_chars(text->data(), text->data() + text->size(), value);
  return value;
}

/// A disk as its link tells of it.
struct LinkedDisk {
  std::string kname, folder;
  DeviceNumber number;
  ScsiAddress address;
};

void sort_naturally(std::vector<LinkedDisk>& disks) {
  // Of names of one prefix and letters, a shorter one comes first.
  std::ranges::sort(disks, {}, [](const LinkedDisk& disk) {
    return std::pair<std::size_t, std::string_view>(disk.kname.size(), disk.kname);
  });
}

std::vector<DeviceNumber> listed_block_devices(const SysTree& sys) {
  std::vector<DeviceNumber> numbers;
  for (const std::string& name : sys.list("dev/block").value_or(std::vector<std::string>{})) {
    if (const auto number = parse_device_number(name)) numbers.push_back(*number);
  }
  return numbers;
}

}  // namespace

std::vector<ScsiDisk> enumerate_scsi_disks(const SysTree& sys,
                                           const std::optional<std::set<DeviceNumber>>& only) {
  const std::vector<DeviceNumber> numbers =
      only ? std::vector<DeviceNumber>(only->begin(), only->end()) : listed_block_devices(sys);
  std::vector<LinkedDisk> linked;
  linked.reserve(numbers.size());
  std::multimap<std::string, std::string> partitions;
  for (const DeviceNumber number : numbers) {
    const auto link = sys.read_link("dev/block/" + to_string(number));
    if (!link) continue;
    const auto block = read_block_link(*link);
    if (!block) continue;
    if (!block->partition.empty()) {
      partitions.emplace(block->disk, block->partition);
      continue;
    }
    linked.push_back(
        {std::string(block->disk), std::string(block->folder), number, block->address});
  }
  sort_naturally(linked);
  std::vector<ScsiDisk> disks;
  disks.reserve(linked.size());
  for (LinkedDisk& there : linked) {
    ScsiDisk& disk = disks.emplace_back();
    disk.path.kname = std::move(there.kname);
    disk.path.number = there.number;
    disk.path.address = there.address;
    disk.sysfs = std::move(there.folder);
    const auto [first, last] = partitions.equal_range(disk.path.kname);
    for (auto it = first; it != last; ++it) disk.partitions.push_back(it->second);
    std::ranges::sort(disk.partitions, NaturalLess{});
  }
  return disks;
}

std::optional<std::string> folder_of_disk(const SysTree& sys, DeviceNumber number) {
  const auto link = sys.read_link("dev/block/" + to_string(number));
  const auto block = link ? read_block_link(*link) : std::nullopt;
  if (!block || !block->partition.empty()) return std::nullopt;
  return std::string(block->folder);
}

void describe(const SysTree& sys, ScsiDisk& disk) {
  disk.path.size_sectors = number_or_zero(read_attribute(sys, disk.sysfs + "/size"));
  disk.path.read_only = number_or_zero(read_attribute(sys, disk.sysfs + "/ro")) != 0;
  disk.path.state =
      parse_device_state(read_attribute(sys, disk.sysfs + "/device/state").value_or(""));
}

void find_hardware_handler(const SysTree& sys, ScsiDisk& disk) {
  const std::string state = read_attribute(sys, disk.sysfs + "/device/dh_state").value_or("");
  disk.path.hardware_handler = state == "detached" ? "" : state;
}

std::string protocol_of(const SysTree& sys, std::string_view disk_folder, std::uint32_t host) {
  constexpr std::array protocols{
      std::pair{"/rport-", "scsi:fcp"},      std::pair{"/session", "scsi:iscsi"},
      std::pair{"/end_device-", "scsi:sas"}, std::pair{"/usb", "scsi:usb"},
      std::pair{"/ata", "scsi:ata"},         std::pair{"/fw", "scsi:sbp"},
  };
  std::string found = "scsi:unspec";
  for (const auto& [folder, protocol] : protocols) {
    if (disk_folder.find(folder) != std::string_view::npos) found = protocol;
  }
  // A SCSI RDMA port hangs from its host, not from a folder of its own above the target.
  const bool is_srp =
      found == "scsi:unspec" && sys.exists("class/srp_host/host" + std::to_string(host));
  return is_srp ? "scsi:srp" : found;
}

void find_protocol(const SysTree& sys, ScsiDisk& disk) {
  disk.protocol = protocol_of(sys, disk.sysfs, disk.path.address.host);
}

void find_sg_nodes(const SysTree& sys, std::vector<ScsiDisk>& disks) {
  std::vector<std::pair<ScsiAddress, std::string>> sg_nodes;
  for (std::string& name : sys.list("class/scsi_generic").value_or(std::vector<std::string>{})) {
    const auto link = sys.read_link("class/scsi_generic/" + name);
    if (!link) continue;
    std::string_view rest = *link;
    take_last(rest);  // sg0
    take_last(rest);  // scsi_generic
    if (const auto address = parse_scsi_address(take_last(rest)))
      sg_nodes.emplace_back(*address, std::move(name));
  }
  const auto address_of = [](const auto& node) { return node.first; };
  std::ranges::stable_sort(sg_nodes, {}, address_of);
  for (ScsiDisk& disk : disks) {
    const auto found = std::ranges::lower_bound(sg_nodes, disk.path.address, {}, address_of);
    if (found != sg_nodes.end() && found->first == disk.path.address)
      disk.path.sg_node = found->second;
  }
}

void find_holders(const SysTree& sys, ScsiDisk& disk) {
  std::set<std::string, NaturalLess> holders;
  const auto add = [&](const std::string& folder) {
    for (std::string& name : sys.list(folder + "/holders").value_or(std::vector<std::string>{})) {
      holders.insert(std::move(name));
    }
  };
  add(disk.sysfs);
  for (const std::string& partition : disk.partitions) add(disk.sysfs + "/" + partition);
  disk.path.holders.assign(holders.begin(), holders.end());
}

}  // namespace multipath
