#pragma once

#include <compare>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "multipath/config/configuration.h"

namespace multipath {

/// A row of the hardware table, ready to be matched.
struct BuiltInRow {
  const HardwareEntry* entry;
  Pattern vendor;

  bool matches(const Subject& subject) const;
  /// "IBM ^2145"
  std::string name() const;
};

/// A cache of the settings of each kind of subject: a host has many paths and few products. The
/// settings stay valid as long as the cache. Thread safe.
template <class Settings>
class Resolved {
 public:
  /// `own` is the multipath section of the subject's unit, if there is one.
  template <class Resolve>
  const Settings& of(const Subject& subject, const ConfSection* own, const Resolve& resolve) {
    const Kind kind{subject.vendor, subject.product, subject.revision, subject.protocol, own};
    const std::lock_guard lock(mutex_);
    auto found = known_.find(kind);
    if (found == known_.end())
      found = known_.emplace(kind, std::make_unique<Settings>(resolve())).first;
    return *found->second;
  }

 private:
  template <class Text>
  using KindOf = std::tuple<Text, Text, Text, Text, const ConfSection*>;
  using Kind = KindOf<std::string_view>;
  struct Less {
    using is_transparent = void;
    template <class Left, class Right>
    bool operator()(const KindOf<Left>& left, const KindOf<Right>& right) const {
      return left < right;
    }
  };
  std::mutex mutex_;
  std::map<KindOf<std::string>, std::unique_ptr<const Settings>, Less> known_;
};

/// The state of a Configuration.
struct Configuration::Contents {
  ConfSection defaults;
  ConfSection overrides;
  std::vector<ConfSection> protocols;
  std::vector<DeviceSection> devices;
  std::vector<ConfSection> multipaths;
  std::map<std::string, std::size_t, std::less<>> multipath_of_wwid;
  std::vector<BuiltInRow> built_in;
  std::vector<HardwareEntry> hardware;  ///< built-in rows, then a row for each of `devices`
  Blacklist blacklist;
  Diagnostics warnings;
  bool is_last_resort = false;

  struct Memory {
    Resolved<DeviceSettings> device;
    Resolved<UnitSettings> unit;
    std::once_flag resolved_globals;
    GlobalSettings globals;
  };
  std::unique_ptr<Memory> memory = std::make_unique<Memory>();

  /// The multipath section of the unit; nothing when it has none.
  const ConfSection* own_section(const Subject& subject) const {
    auto unit = multipath_of_wwid.find(subject.wwid);
    if (unit == multipath_of_wwid.end() && !subject.own_wwid.empty())
      unit = multipath_of_wwid.find(subject.own_wwid);
    return unit == multipath_of_wwid.end() ? nullptr : &multipaths[unit->second];
  }
};

}  // namespace multipath
