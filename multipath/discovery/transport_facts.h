#pragma once

#include <optional>
#include <set>
#include <utility>

#include "multipath/config/configuration.h"
#include "multipath/host/sys_tree.h"
#include "multipath/model/map.h"
#include "multipath/model/transport_facts.h"
#include "multipath/model/wwid.h"

namespace multipath {

/// Reads from sysfs what the limits of transports are decided from, as far as the configuration sets
/// any; what paths share is read once.
class TransportFactsReader {
 public:
  /// The references have to outlive the reader.
  TransportFactsReader(const SysTree& sys, const Configuration& configuration)
      : sys_(sys), configuration_(configuration) {}

  /// A path that a map of unit `wwid` will have; `current` is that map, when it exists.
  void read(const Path& path, const Wwid& wwid, const std::optional<CurrentMap>& current);

  const TransportFacts& facts() const { return facts_; }

 private:
  const DeviceSettings& settings_of(const Path& path, const std::string& protocol,
                                    const Wwid& wwid) const;
  void read_disk(const Path& path, const DeviceSettings& settings, std::string folder);

  const SysTree& sys_;
  const Configuration& configuration_;
  TransportFacts facts_;
  /// Targets whose paths with these settings need nothing more.
  std::set<std::pair<ScsiAddress, const DeviceSettings*>> read_;
};

}  // namespace multipath
