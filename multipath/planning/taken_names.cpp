#include "multipath/planning/taken_names.h"

#include <fmt/format.h>

#include "multipath/model/map_name.h"
#include "multipath/model/partition.h"

namespace multipath {

TakenNames::TakenNames(std::span<const TakenName> taken) {
  for (const TakenName& device : taken) {
    uuids_.insert_or_assign(mangled_name(device.name), device.uuid);
    names_.insert_or_assign(device.uuid, mangled_name(device.name));
    if (const auto whole = map_of_partition(device.uuid); !whole.empty())
      partitions_.emplace(whole, device.name);
  }
}

std::optional<TakenName> TakenNames::taken_by_other(const Wwid& wwid,
                                                    const std::string& name) const {
  const auto found = uuids_.find(mangled_name(name));
  if (found == uuids_.end() || found->second == map_uuid(wwid)) return std::nullopt;
  return TakenName{name, found->second};
}

void TakenNames::take(const std::string& uuid, const std::string& name) {
  if (const auto old = names_.find(uuid); old != names_.end()) uuids_.erase(old->second);
  names_.insert_or_assign(uuid, mangled_name(name));
  uuids_.insert_or_assign(mangled_name(name), uuid);
}

std::vector<std::string> TakenNames::partitions_of(const std::string& uuid) const {
  std::vector<std::string> names;
  const auto [first, last] = partitions_.equal_range(uuid);
  for (auto partition = first; partition != last; ++partition) names.push_back(partition->second);
  return names;
}

std::string taken_text(const TakenName& taken) {
  return fmt::format("name '{}' is in use by the device-mapper device with uuid '{}'", taken.name,
                     taken.uuid);
}

}  // namespace multipath
