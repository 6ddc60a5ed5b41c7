#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "multipath/config/configuration.h"

namespace multipath {

/// A row of the hardware table, ready to be matched.
struct BuiltInRow {
  const HardwareEntry* entry;
  Pattern vendor;
  std::vector<std::pair<std::string_view, std::string_view>> settings;

  bool matches(const Subject& subject) const;
  /// "IBM ^2145"
  std::string name() const;
};

/// What a Configuration shows. Of the files only.
struct Configuration::Contents {
  ConfSection defaults;
  ConfSection overrides;
  std::vector<ConfSection> protocols;
  std::vector<DeviceSection> devices;
  std::vector<ConfSection> multipaths;
  std::map<std::string, std::size_t, std::less<>> multipath_of_wwid;
  std::vector<BuiltInRow> built_in;
  std::vector<HardwareEntry> hardware;  ///< built-in rows, then one for each of `devices`
  Blacklist blacklist;
  Diagnostics warnings;
};

}  // namespace multipath
