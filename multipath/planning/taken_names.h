#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "multipath/model/wwid.h"
#include "multipath/planning/plan.h"

namespace multipath {

/// Tracks the names of device-mapper devices, including the actions decided so far. Compares names
/// in libdevmapper's mangled form.
class TakenNames {
 public:
  explicit TakenNames(std::span<const TakenName> taken);

  /// The device with this name; empty if the name is free or belongs to the unit's own map.
  std::optional<TakenName> taken_by_other(const Wwid& wwid, const std::string& name) const;

  /// Gives the name to the device with that uuid, and frees the device's old name.
  void take(const std::string& uuid, const std::string& name);

  /// The names of the partition maps of the map with that uuid.
  std::vector<std::string> partitions_of(const std::string& uuid) const;

 private:
  std::map<std::string, std::string, std::less<>> uuids_;  ///< by name
  std::map<std::string, std::string, std::less<>>
      names_;  ///< by uuid; devices without uuid share one entry
  std::multimap<std::string, std::string, std::less<>> partitions_;  ///< by their map's uuid
};

/// Why a unit cannot have the name.
std::string taken_text(const TakenName& taken);

}  // namespace multipath
