#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "multipath/config/blacklist.h"
#include "multipath/config/diagnostic.h"
#include "multipath/config/hardware_table.h"
#include "multipath/config/keywords.h"
#include "multipath/config/review.h"
#include "multipath/config/settings.h"

namespace multipath {

/// A configuration file as it was read: /etc/multipath.conf first, then conf.d/*.conf in
/// alphabetical order.
struct ConfigurationText {
  std::string file;  ///< for messages
  std::string text;
};

/// A keyword with a value, as a file has it.
struct Assignment {
  const Keyword* keyword = nullptr;
  std::string value;  ///< canonical
  Place place;
};

/// A section's assignments; of one keyword the last holds.
struct ConfSection {
  Section section = Section::defaults;
  Place place;
  std::vector<Assignment> assignments;

  const Assignment* find(std::string_view keyword) const;
  /// Its value, or "".
  std::string_view value_of(std::string_view keyword) const;
};

/// A device section of the user: a row of the hardware table.
struct DeviceSection {
  ConfSection section;
  Pattern vendor;
  Pattern product;
  std::optional<Pattern> revision;

  bool matches(const Subject& subject) const;
};

/// The configuration that is in force: the files over the hardware table over the program's own
/// defaults. A value: copies are cheap and share what does not change.
///
/// Precedence, for each keyword alone: the unit's multipath section; overrides (a protocol section
/// in it first); device sections, the last that matches; the hardware table, the last row that
/// matches; defaults; the built-in default. prio_args comes from where prio comes from.
class Configuration {
 public:
  /// Without any file.
  Configuration();

  /// All or nothing: with any error in any file there is no configuration, only the list of all
  /// errors and warnings.
  static tl::expected<Configuration, Diagnostics> load(std::span<const ConfigurationText> files);

  /// All that there is to report of the files, whether they have errors or not.
  static Review review(std::span<const ConfigurationText> files);

  /// What a host goes by whose files have errors and that has no copy of a configuration without: the
  /// built-in settings, for units of the wwids file; maps that there are keep their names and tables, but for
  /// paths that come.
  static Configuration last_resort();
  bool is_last_resort() const;

  /// What the files have that has no effect here, is left out, or is doubtful.
  const Diagnostics& warnings() const;

  GlobalSettings globals() const;
  /// Settings of the map of the subject's unit; the product is that of any of its paths. Valid as long as any copy of
  /// this value lives.
  const UnitSettings& settings_for_unit(const Subject& subject) const;
  /// Settings of a path; valid as long.
  const DeviceSettings& settings_for_device(const Subject& subject) const;

  const Blacklist& blacklist() const;

  /// The hardware table with the user's device sections behind it, for HardwareTable: a device
  /// section admits its product by page 0x83. Valid as long as any copy of this value lives.
  std::span<const HardwareEntry> hardware() const;
  /// How the product says who it is, and the row that says so; nothing for unlisted hardware.
  Setting<std::optional<Identification>> identification_of(std::string_view vendor,
                                                           std::string_view product) const;

  /// Where a row of hardware() comes from; of another row (HardwareTable makes some of its own for
  /// product_blacklist), that it is the built-in table's.
  Origin origin_of_row(const HardwareEntry& entry) const;

  // The parts, for views.
  const ConfSection& defaults() const;
  const ConfSection& overrides() const;
  std::span<const ConfSection> protocols() const;
  std::span<const DeviceSection> devices() const;
  std::span<const ConfSection> multipaths() const;

  /// The value of a keyword of section defaults and what decided it; "" for none.
  Setting<std::string> default_value(const Keyword& keyword) const;

 private:
  struct Contents;
  class Reader;
  class Resolver;
  explicit Configuration(std::shared_ptr<const Contents> contents);
  std::shared_ptr<const Contents> contents_;
};

/// The features of the table's line: the setting's own words, and queue_if_no_path where
/// no_path_retry queues for a while or for ever.
std::vector<std::string> kernel_features(const UnitSettings& settings);

}  // namespace multipath
