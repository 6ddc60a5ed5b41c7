#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "multipath/model/wwid.h"
#include "multipath/planning/plan.h"

namespace multipath {

/// Who has which name, as it is after the actions that are decided. TakenNames are compared in
/// libdevmapper's form.
class TakenNames {
 public:
  explicit TakenNames(std::span<const TakenName> taken);

  /// The device that has the name, when it is not the unit's own map.
  std::optional<TakenName> taken_by_other(const Wwid& wwid, const std::string& name) const;

  /// From here on the device with that uuid has the name, and its old one is free.
  void take(const std::string& uuid, const std::string& name);

  /// The partition maps of the map with that uuid.
  std::vector<std::string> partitions_of(const std::string& uuid) const;

 private:
  std::map<std::string, std::string, std::less<>> uuids_;  ///< by name
  std::map<std::string, std::string, std::less<>> names_;  ///< by uuid; one of those without a uuid
  std::multimap<std::string, std::string, std::less<>> partitions_;  ///< by their map's uuid
};

}  // namespace multipath
