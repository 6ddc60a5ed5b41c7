#include "tests/support/fake_host.h"

#include <algorithm>

#include <fmt/format.h>
#include <fnmatch.h>

#include "multipath/model/scsi_address.h"
#include "tests/support/scsi_bytes.h"

namespace tests {
namespace {

using multipath::DeviceNumber;

std::string text_of(const scsi::ByteVector& data) { return {data.begin(), data.end()}; }

/// Attributes and links that any block device has; `folder` is below /sys.
void add_block_device(MemoryTree& sys, const std::string& folder, DeviceNumber number,
                      const std::vector<std::string>& holders) {
  const std::string kname = folder.substr(folder.rfind('/') + 1);
  sys.file(folder + "/dev", to_string(number) + "\n");
  sys.folder(folder + "/holders");
  for (const std::string& holder : holders)
    sys.link(folder + "/holders/" + holder, "/devices/virtual/block/" + holder);
  sys.link("dev/block/" + to_string(number), "../../" + folder);
  sys.link("class/block/" + kname, "../../" + folder);
}

void add_partitions(MemoryTree& sys, MemoryTree& dev, const std::string& folder, DeviceNumber disk,
                    const DiskState& state) {
  std::uint32_t minor = disk.minor;
  for (const auto& [name, holders] : state.partitions) {
    add_block_device(sys, folder + "/" + name, {disk.major, ++minor}, holders);
    sys.file(folder + "/" + name + "/partition", std::to_string(minor - disk.minor) + "\n");
    dev.file(name, "");
  }
}

}  // namespace

std::vector<std::string> FakeUdevDatabase::enumerate_disks(
    const std::vector<std::string>& patterns) const {
  std::vector<std::string> result;
  for (const std::string& disk : disks) {
    if (std::ranges::any_of(patterns, [&](const std::string& pattern) {
          return fnmatch(pattern.c_str(), disk.c_str(), 0) == 0;
        }))
      result.push_back(disk);
  }
  return result;
}

std::optional<std::map<std::string, std::string>> FakeUdevDatabase::properties(
    DeviceNumber number) const {
  const auto found = entries.find(number);
  if (found == entries.end()) return std::nullopt;
  return found->second;
}

std::vector<std::string> FakeUdevDatabase::links(DeviceNumber number) const {
  const auto found = dev_links.find(number);
  return found == dev_links.end() ? std::vector<std::string>{} : found->second;
}

bool FakeToolRunner::available(const std::string& program) const {
  return std::ranges::any_of(runs, [&](const auto& run) { return run.first.front() == program; });
}

multipath::ToolRun FakeToolRunner::run(const std::vector<std::string>& argv,
                                       std::chrono::milliseconds) {
  multipath::ToolRun not_found;
  not_found.exit_status = 127;
  journal.push_back(argv);
  const auto found = runs.find(argv);
  return found == runs.end() ? not_found : found->second;
}

std::string FakeHost::scsi_device_folder(const std::string& address) {
  const auto parsed = multipath::parse_scsi_address(address).value();
  return fmt::format("devices/pci0000:00/0000:00:05.0/host{}/target{}:{}:{}/{}", parsed.host,
                     parsed.host, parsed.channel, parsed.target, address);
}

FakeUnit& FakeHost::add_disk(const std::string& kname, const std::string& address,
                             DeviceNumber number, FakeUnit unit, const DiskState& state) {
  const std::string device = scsi_device_folder(address);
  const auto host = multipath::parse_scsi_address(address).value().host;
  const std::string host_folder =
      fmt::format("devices/pci0000:00/0000:00:05.0/host{0}/scsi_host/host{0}", host);
  if (!sys.exists(host_folder)) {
    sys.file(host_folder + "/state", "running\n");
    sys.link(fmt::format("class/scsi_host/host{}", host), "../../" + host_folder);
  }
  sys.file(device + "/state", state.state + "\n");
  sys.file(device + "/dh_state", state.device_handler + "\n");
  sys.file(device + "/inquiry", text_of(unit.inquiry));
  if (const auto page = unit.pages.find(0x83); page != unit.pages.end())
    sys.file(device + "/vpd_pg83", text_of(page->second));
  sys.link("class/scsi_device/" + address, "../../" + device + "/scsi_device/" + address);

  const std::string folder = device + "/block/" + kname;
  add_block_device(sys, folder, number, state.holders);
  sys.file(folder + "/size", std::to_string(state.size_sectors) + "\n");
  sys.file(folder + "/ro", state.read_only ? "1\n" : "0\n");
  sys.link(folder + "/device", "../../../" + address);
  dev.file(kname, "");
  add_partitions(sys, dev, folder, number, state);

  std::string node = kname;
  if (state.sg_node) {
    node = fmt::format("sg{}", next_sg_++);
    sys.file(device + "/scsi_generic/" + node + "/dev", "21:0\n");
    sys.link("class/scsi_generic/" + node, "../../" + device + "/scsi_generic/" + node);
  }
  return scsi.units.insert_or_assign(node, std::move(unit)).first->second;
}

FakeUnit& FakeHost::add_path(const std::string& kname, const std::string& address, int unit,
                             const DiskState& state) {
  return add_disk(kname, address, sd_number(kname), lio_disk(unit), state);
}

void FakeHost::show_maps() {
  for (const dm::Device& device : device_mapper.list()) {
    const std::string kname = fmt::format("dm-{}", device.number.minor);
    const std::string folder = "devices/virtual/block/" + kname;
    add_block_device(sys, folder, device.number, {});
    sys.file(folder + "/dm/name", device.name + "\n");
    sys.file(folder + "/dm/uuid", device.uuid.value_or("") + "\n");
    dev.file(kname, "");
    dev.link("mapper/" + device.name, "../" + kname);
  }
}

DeviceNumber sd_number(const std::string& kname) {
  constexpr std::uint32_t sd_major = 8, minors_per_disk = 16;
  return {sd_major, static_cast<std::uint32_t>(kname.back() - 'a') * minors_per_disk};
}

FakeUnit lio_disk(int unit) {
  return fake_disk("Linux", "scsi_debug", fmt::format("serial{}", unit),
                   bytes({0x60, 0x01, 0x40, 0x50, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, unit}));
}

multipath::Wwid wwid_of_unit(int unit) {
  return multipath::Wwid::from_text(fmt::format("360014050{:024x}", unit)).value();
}

}  // namespace tests
