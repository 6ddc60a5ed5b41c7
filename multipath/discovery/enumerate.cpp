#include "multipath/discovery/enumerate.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <map>
#include <numeric>
#include <string_view>
#include <tuple>

#include "multipath/model/natural_order.h"
#include "multipath/model/number_text.h"

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

/// "sd" or "dasd", and letters.
bool is_lettered(std::string_view name, std::string_view prefix) {
  return name.size() > prefix.size() && name.starts_with(prefix) &&
         std::ranges::all_of(name.substr(prefix.size()),
                             [](char c) { return c >= 'a' && c <= 'z'; });
}

/// A link of /sys/dev/block: .../H:C:T:L/block/sda, .../0.0.e12a/block/dasda,
/// .../nvme0/nvme0n1; below each, a partition: .../block/sda/sda1, .../nvme0/nvme0n1/nvme0n1p1.
struct BlockLink {
  std::string folder;
  std::string_view disk;
  std::string_view partition;
  Bus bus = Bus::scsi;
  ScsiAddress address;
};

/// "nvme3n1": controller (of its subsystem, where that is multipathed) and number of the namespace.
std::optional<ScsiAddress> namespace_in(std::string_view name) {
  constexpr std::string_view prefix = "nvme";
  if (!name.starts_with(prefix)) return std::nullopt;
  name.remove_prefix(prefix.size());
  const std::size_t n = name.find('n');
  if (n == std::string_view::npos) return std::nullopt;
  const auto controller = parse_number<std::uint32_t>(name.substr(0, n));
  const auto number = parse_number<std::uint32_t>(name.substr(n + 1));
  if (!controller || !number) return std::nullopt;
  return ScsiAddress{.host = *controller, .channel = 0, .target = *number, .lun = 0};
}

/// "0.0.e12a" of a channel-attached device.
std::optional<ScsiAddress> parse_bus_id(std::string_view text) {
  const std::size_t first = text.find('.'), second = text.rfind('.');
  if (first == second || second == std::string_view::npos) return std::nullopt;
  const auto css = parse_number<std::uint32_t>(text.substr(0, first));
  const auto set = parse_number<std::uint32_t>(text.substr(first + 1, second - first - 1));
  constexpr int hexadecimal = 16;
  const auto device = parse_number<std::uint32_t>(text.substr(second + 1), hexadecimal);
  if (!css || !set || !device) return std::nullopt;
  return ScsiAddress{.host = *css, .channel = *set, .target = *device, .lun = 0};
}

/// The attributes of a namespace and of its controller are read by way of class/block.
std::optional<BlockLink> namespace_link(std::string_view folder) {
  BlockLink result;
  std::string_view rest = folder;
  result.disk = take_last(rest);
  std::string_view above = take_last(rest);
  auto address = namespace_in(result.disk);
  if (!address && namespace_in(above) && result.disk.starts_with(above)) {
    result.partition = result.disk;
    result.disk = above;
    address = namespace_in(above);
    above = take_last(rest);
  }
  if (!address || above.starts_with("nvme-subsys")) return std::nullopt;
  result.folder = "class/block/" + std::string(result.disk);
  result.bus = Bus::nvme;
  result.address = *address;
  return result;
}

std::optional<BlockLink> read_block_link(std::string_view link) {
  const std::string_view folder = below_sys(link);
  BlockLink result;
  std::string_view rest = folder;
  result.disk = take_last(rest);
  std::string_view above = take_last(rest);
  if (above != "block") {
    result.partition = result.disk;
    result.disk = above;
    above = take_last(rest);
  }
  if (above != "block" || result.disk.starts_with("nvme")) return namespace_link(folder);
  const std::string_view device = take_last(rest);
  std::optional<ScsiAddress> address;
  if (is_lettered(result.disk, "sd")) {
    address = parse_scsi_address(device);
  } else if (is_lettered(result.disk, "dasd")) {
    result.bus = Bus::ccw;
    address = parse_bus_id(device);
  }
  if (!address) return std::nullopt;
  result.folder = folder;
  result.address = *address;
  return result;
}

std::uint64_t number_or_zero(const std::optional<std::string>& text) {
  return text ? parse_number<std::uint64_t>(*text).value_or(0) : 0;
}

/// A disk as its link describes it.
struct LinkedDisk {
  std::string kname, folder;
  DeviceNumber number;
  Bus bus;
  ScsiAddress address;
};

void sort_naturally(std::vector<LinkedDisk>& disks) {
  // Of names of one prefix and letters, a shorter one comes first.
  std::ranges::sort(disks, [](const LinkedDisk& a, const LinkedDisk& b) {
    if (a.bus == Bus::nvme && b.bus == Bus::nvme) return NaturalLess{}(a.kname, b.kname);
    return std::tuple(a.bus, a.kname.size(), std::string_view(a.kname)) <
           std::tuple(b.bus, b.kname.size(), std::string_view(b.kname));
  });
}

/// Folder after folder, as libudev compares (systemd, sd-device/device-enumerator.c): a slash comes
/// before any other character.
bool udev_less(std::string_view left, std::string_view right) {
  // Most folders differ behind a long common part, which memcmp(3) skips.
  constexpr std::size_t block = 32;
  const std::size_t common = std::min(left.size(), right.size());
  std::size_t same = 0;
  while (same + block <= common && std::memcmp(&left[same], &right[same], block) == 0)
    same += block;
  while (same < common && left[same] == right[same]) ++same;
  if (same == common) return left.size() < right.size();
  const auto rank = [](char c) { return c == '/' ? 0 : static_cast<unsigned char>(c); };
  return rank(left[same]) < rank(right[same]);
}

/// Each disk's position in udev's enumeration, by the folders that the links named already.
std::vector<std::uint32_t> udev_order(const std::vector<LinkedDisk>& disks) {
  std::vector<std::uint32_t> sorted(disks.size());
  std::iota(sorted.begin(), sorted.end(), 0U);
  std::ranges::sort(sorted, udev_less,
                    [&](std::uint32_t index) -> std::string_view { return disks[index].folder; });
  std::vector<std::uint32_t> order(disks.size());
  for (std::uint32_t position = 0; position < sorted.size(); ++position)
    order[sorted[position]] = position;
  return order;
}

std::variant<ScsiPath, NvmePath, DasdPath> transport_of(Bus bus) {
  if (bus == Bus::nvme) return NvmePath{};
  if (bus == Bus::ccw) return DasdPath{};
  return ScsiPath{};
}

std::vector<DeviceNumber> listed_block_devices(const SysTree& sys) {
  std::vector<DeviceNumber> numbers;
  for (const std::string& name : names_in(sys, "dev/block")) {
    if (const auto number = parse_device_number(name)) numbers.push_back(*number);
  }
  return numbers;
}

}  // namespace

std::vector<Disk> enumerate_disks(const SysTree& sys,
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
    linked.push_back({std::string(block->disk), block->folder, number, block->bus, block->address});
  }
  sort_naturally(linked);
  const std::vector<std::uint32_t> order = udev_order(linked);
  std::vector<Disk> disks;
  disks.reserve(linked.size());
  for (LinkedDisk& there : linked) {
    Disk& disk = disks.emplace_back();
    disk.path.kname = std::move(there.kname);
    disk.path.number = there.number;
    disk.path.transport = transport_of(there.bus);
    disk.path.udev_order = order[disks.size() - 1];
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
  return block->folder;
}

void describe(const SysTree& sys, Disk& disk) {
  disk.path.size_sectors = number_or_zero(read_attribute(sys, disk.sysfs + "/size"));
  disk.path.state = state_of_device(sys, disk.sysfs);
  if (disk.path.bus() != Bus::nvme) return;
  disk.path.address.channel = static_cast<std::uint32_t>(
      number_or_zero(read_attribute(sys, disk.sysfs + "/device/cntlid")));
  disk.path.address.lun = number_or_zero(read_attribute(sys, disk.sysfs + "/nsid"));
}

void find_write_protection(const SysTree& sys, Disk& disk) {
  disk.path.read_only = number_or_zero(read_attribute(sys, disk.sysfs + "/ro")) != 0;
}

DeviceState state_of_device(const SysTree& sys, std::string_view disk_folder) {
  const std::string device = std::string(disk_folder) + "/device";
  if (const auto state = read_attribute(sys, device + "/state")) return parse_device_state(*state);
  const std::string_view name = disk_folder.substr(disk_folder.rfind('/') + 1);
  if (!name.starts_with("dasd")) return DeviceState::unknown;
  // drivers/s390/block/dasd_devmap.c, dasd_device_status_show
  const auto status = read_attribute(sys, device + "/status");
  if (!status) return DeviceState::unknown;
  return status == "online" ? DeviceState::running : DeviceState::offline;
}

std::string node_to_ask(const Path& path) {
  const ScsiPath* scsi = path.scsi();
  return scsi == nullptr ? path.kname : scsi->sg_node.value_or(path.kname);
}

void find_hardware_handler(const SysTree& sys, Disk& disk) {
  ScsiPath* scsi = disk.path.scsi();
  if (scsi == nullptr) return;
  const std::string state = read_attribute(sys, disk.sysfs + "/device/dh_state").value_or("");
  scsi->hardware_handler = state == "detached" ? "" : state;
}

std::string namespace_transport(const SysTree& sys, std::string_view disk_folder) {
  constexpr std::array fabrics{"pcie", "rdma", "fc", "tcp", "loop", "apple-nvme"};
  const auto transport =
      read_attribute(sys, std::string(disk_folder) + "/device/transport").value_or("");
  const auto* found = std::ranges::find(fabrics, transport);
  return found == fabrics.end() ? "unspec" : *found;
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

bool is_on_usb(std::string_view disk_folder) {
  constexpr std::string_view bus = "/usb";
  for (auto at = disk_folder.find(bus); at != std::string_view::npos;
       at = disk_folder.find(bus, at + 1)) {
    const std::string_view rest = disk_folder.substr(at + bus.size());
    const auto digits = std::min(rest.find_first_not_of("0123456789"), rest.size());
    if (digits > 0 && (digits == rest.size() || rest[digits] == '/')) return true;
  }
  return false;
}

void find_protocol(const SysTree& sys, Disk& disk) {
  switch (disk.path.bus()) {
    case Bus::scsi:
      disk.protocol = protocol_of(sys, disk.sysfs, disk.path.address.host);
      break;
    case Bus::nvme:
      disk.protocol = "nvme:" + namespace_transport(sys, disk.sysfs);
      break;
    case Bus::ccw:
      disk.protocol = "ccw";
      break;
  }
}

void find_sg_nodes(const SysTree& sys, std::vector<Disk>& disks) {
  std::vector<std::pair<ScsiAddress, std::string>> sg_nodes;
  for (std::string& name : names_in(sys, "class/scsi_generic")) {
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
  for (Disk& disk : disks) {
    ScsiPath* scsi = disk.path.scsi();
    if (scsi == nullptr) continue;
    const auto found = std::ranges::lower_bound(sg_nodes, disk.path.address, {}, address_of);
    if (found != sg_nodes.end() && found->first == disk.path.address) scsi->sg_node = found->second;
  }
}

}  // namespace multipath
