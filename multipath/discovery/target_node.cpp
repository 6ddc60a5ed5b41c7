#include "multipath/discovery/target_node.h"

#include <algorithm>
#include <array>
#include <vector>

#include <fmt/format.h>

#include "libsg/vital_product_data.h"
#include "multipath/model/ascii.h"

namespace multipath {
namespace {

/// "devices/a/b" as "devices", "a", "b".
std::vector<std::string_view> folders_of(std::string_view path) {
  std::vector<std::string_view> folders;
  while (!path.empty()) {
    const std::size_t end = std::min(path.find('/'), path.size());
    if (end > 0) folders.push_back(path.substr(0, end));
    path.remove_prefix(std::min(end + 1, path.size()));
  }
  return folders;
}

bool is_digits_and(std::string_view text, std::string_view separators) {
  return !text.empty() && std::ranges::all_of(text, [&](char c) {
    return is_digit(c) || separators.find(c) != std::string_view::npos;
  });
}

/// The innermost folder named `prefix` and then only digits and `separators`.
std::optional<std::string_view> innermost(const std::vector<std::string_view>& folders,
                                          std::string_view prefix, std::string_view separators) {
  const auto found = std::find_if(folders.rbegin(), folders.rend(), [&](std::string_view folder) {
    return folder.starts_with(prefix) && is_digits_and(folder.substr(prefix.size()), separators);
  });
  if (found == folders.rend()) return std::nullopt;
  return *found;
}

/// An attribute that is not empty.
std::optional<std::string> value(const SysTree& sys, const std::string& path) {
  auto text = read_attribute(sys, path);
  if (text && text->empty()) return std::nullopt;
  return text;
}

std::optional<TargetNode> sas_target(const SysTree& sys, std::string_view device,
                                     const std::vector<std::string_view>& folders) {
  const auto end_device = innermost(folders, "end_device-", ":");
  if (!end_device) return std::nullopt;
  auto address = value(sys, fmt::format("{}/sas_address", device));
  if (!address) return std::nullopt;
  TargetNode target;
  target.transport = TransportKind::sas;
  target.name = std::move(address);
  target.folder = fmt::format("class/sas_end_device/{}", *end_device);
  return target;
}

std::optional<TargetNode> fibre_channel_target(const SysTree& sys, const ScsiAddress& address,
                                               const std::vector<std::string_view>& folders) {
  const auto port = innermost(folders, "rport-", ":-");
  if (!port) return std::nullopt;
  TargetNode target;
  target.folder = fmt::format("class/fc_remote_ports/{}", *port);
  target.name = value(sys, target.folder + "/node_name");
  if (!target.name) return std::nullopt;
  target.transport = TransportKind::fibre_channel;
  target.port_name = value(sys, target.folder + "/port_name");
  const std::string host = fmt::format("class/fc_host/host{}", address.host);
  target.host_node_name = value(sys, host + "/node_name");
  target.host_port_name = value(sys, host + "/port_name");
  return target;
}

std::optional<TargetNode> iscsi_target(const SysTree& sys,
                                       const std::vector<std::string_view>& folders) {
  const auto session = innermost(folders, "session", "");
  if (!session) return std::nullopt;
  TargetNode target;
  target.folder = fmt::format("class/iscsi_session/{}", *session);
  target.name = value(sys, target.folder + "/targetname");
  if (!target.name) return std::nullopt;
  target.transport = TransportKind::iscsi;
  return target;
}

/// "2-1.4", the port of a USB device.
std::optional<std::string_view> usb_device(const std::vector<std::string_view>& folders) {
  const auto bus = std::ranges::find_if(folders, [](std::string_view folder) {
    return folder.starts_with("usb") && is_digits_and(folder.substr(3), "");
  });
  if (bus == folders.end()) return std::nullopt;
  for (auto folder = folders.rbegin(); *folder != *bus; ++folder) {
    if (folder->find('-') != std::string_view::npos && is_digits_and(*folder, "-.:"))
      return *folder;
  }
  return *bus;
}

std::string device_folder(std::string_view disk_folder) {
  return std::string(disk_folder) + "/device";
}

}  // namespace

TargetNode find_target_node(const SysTree& sys, const ScsiAddress& address,
                            std::string_view disk_folder) {
  const auto folders = folders_of(disk_folder);
  if (auto target = sas_target(sys, device_folder(disk_folder), folders)) return *target;
  TargetNode other;
  if (const auto usb = usb_device(folders)) {
    other.name = *usb;
    return other;
  }
  if (auto target = fibre_channel_target(sys, address, folders)) return *target;
  if (auto target = iscsi_target(sys, folders)) return *target;
  if (const auto ata = innermost(folders, "ata", "")) {
    other.name = fmt::format("ata-{}.00", ata->substr(3));
  }
  return other;
}

std::string world_wide_names(const TargetNode& target) {
  const bool has_node = target.transport == TransportKind::fibre_channel;
  const auto or_undef = [](const std::optional<std::string>& name) {
    return name.value_or("[undef]");
  };
  return fmt::format("{}:{}:{}:{}", or_undef(target.host_node_name),
                     or_undef(target.host_port_name),
                     or_undef(has_node ? target.name : std::nullopt), or_undef(target.port_name));
}

std::optional<KernelAccessState> kernel_access_state(const SysTree& sys,
                                                     std::string_view disk_folder) {
  auto state = value(sys, device_folder(disk_folder) + "/access_state");
  if (!state) return std::nullopt;
  const auto preferred = value(sys, device_folder(disk_folder) + "/preferred_path");
  return KernelAccessState{.state = std::move(*state), .preferred = preferred == "1"};
}

std::optional<std::string> cached_serial(const SysTree& sys, std::string_view disk_folder) {
  const auto page = sys.read(device_folder(disk_folder) + "/vpd_pg80");
  if (!page) return std::nullopt;
  const scsi::ByteView bytes(reinterpret_cast<const std::uint8_t*>(page->data()), page->size());
  auto serial = scsi::decode_unit_serial_number(bytes);
  if (!serial || serial->empty()) return std::nullopt;
  return std::move(*serial);
}

std::map<std::string, std::string> transport_attributes(const SysTree& sys,
                                                        const ScsiAddress& address,
                                                        const TargetNode& target) {
  std::vector<std::string> files{fmt::format("class/scsi_host/host{}/eh_deadline", address.host)};
  constexpr std::array of_target{"fast_io_fail_tmo", "dev_loss_tmo", "recovery_tmo",
                                 "I_T_nexus_loss_timeout"};
  if (!target.folder.empty()) {
    for (const char* file : of_target) files.push_back(target.folder + "/" + file);
  }
  std::map<std::string, std::string> attributes;
  for (const std::string& file : files) {
    if (auto text = read_attribute(sys, file)) attributes.emplace(file, std::move(*text));
  }
  return attributes;
}

std::string max_sectors_file(std::string_view disk_folder) {
  return fmt::format("{}/queue/max_sectors_kb", disk_folder);
}

}  // namespace multipath
