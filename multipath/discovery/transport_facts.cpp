#include "multipath/discovery/transport_facts.h"

#include <fmt/format.h>

#include "multipath/config/settings.h"
#include "multipath/discovery/enumerate.h"
#include "multipath/discovery/target_node.h"
#include "multipath/model/number_text.h"

namespace multipath {

const DeviceSettings& TransportFactsReader::settings_of(const Path& path,
                                                        const std::string& protocol,
                                                        const Wwid& wwid) const {
  Subject subject = subject_of(path, protocol);
  subject.wwid = wwid.text();
  return configuration_.settings_for_device(subject);
}

void TransportFactsReader::read_disk(const Path& path, const DeviceSettings& settings,
                                     std::string folder) {
  TransportFacts::Disk& disk = facts_.disks[path.number];
  if (settings.max_sectors_kb.value) {
    disk.max_sectors_file = max_sectors_file(folder);
    disk.max_sectors = read_attribute(sys_, disk.max_sectors_file);
  }
  disk.folder = std::move(folder);
}

void TransportFactsReader::read(const Path& path, const Wwid& wwid,
                                const std::optional<CurrentMap>& current) {
  const ScsiAddress address = target_address(path);
  if (path.bus() == Bus::scsi) {
    const auto known = facts_.targets.find(address);
    if (known != facts_.targets.end() &&
        read_.contains({address, &settings_of(path, known->second.protocol, wwid)}))
      return;
  }
  auto folder = folder_of_disk(sys_, path.number);
  if (!folder) return;
  std::string protocol;
  TransportFacts::Target* target = nullptr;
  if (path.bus() == Bus::scsi) {
    const auto [entry, is_new] = facts_.targets.try_emplace(address);
    target = &entry->second;
    if (is_new) {
      target->node = find_target_node(sys_, path.address, *folder);
      if (!configuration_.protocols().empty())
        target->protocol = protocol_of(sys_, *folder, path.address.host);
    }
    protocol = target->protocol;
  }
  const DeviceSettings& settings = settings_of(path, protocol, wwid);
  if (target != nullptr && !target->attributes &&
      (!target->node.folder.empty() || settings.eh_deadline.value || settings.max_sectors_kb.value))
    target->attributes = transport_attributes(sys_, path.address, target->node);
  if (settings.max_sectors_kb.value && current) {
    const auto text = read_attribute(
        sys_, fmt::format("dev/block/{}/queue/max_sectors_kb", to_string(current->number)));
    const auto number = text ? parse_number<std::uint32_t>(*text) : std::nullopt;
    if (number) facts_.max_sectors_kb[current->number] = *number;
  }
  if (target != nullptr && !settings.max_sectors_kb.value) read_.insert({address, &settings});
  read_disk(path, settings, std::move(*folder));
}

}  // namespace multipath
