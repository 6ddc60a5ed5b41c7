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

/// The text of a configuration file: /etc/multipath.conf first, then conf.d/*.conf in alphabetical
/// order.
struct ConfigurationText {
  std::string file;  ///< for messages
  std::string text;
};

/// A keyword with a value in a file.
struct Assignment {
  const Keyword* keyword;
  Value value;
  Place place;
};

/// The assignments of a section; the last one of a keyword applies.
struct ConfSection {
  Section section = Section::defaults;
  Place place;
  std::vector<Assignment> assignments;

  const Assignment* find(std::string_view keyword) const;
  /// The text of its value, or "".
  std::string_view value_of(std::string_view keyword) const;
};

/// A device section of a file: a row of the hardware table.
struct DeviceSection {
  ConfSection section;
  Pattern vendor;
  Pattern product;
  std::optional<Pattern> revision;

  bool matches(const Subject& subject) const;
};

/// The configuration in force: the files, then the hardware table, then the built-in defaults. A
/// value: copies are cheap and share their contents.
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

  /// Everything to report about the files, with errors or without.
  static Review review(std::span<const ConfigurationText> files);

  /// For a host whose files have errors and that has no copy of a configuration without errors: the
  /// built-in settings, for units of the wwids file. Existing maps keep their names and tables,
  /// except for new paths.
  static Configuration last_resort();
  bool is_last_resort() const;

  /// The lines of the files that have no effect here, are skipped, or are doubtful.
  const Diagnostics& warnings() const;

  /// Settings of the whole run. Valid as long as any copy of this value lives.
  const GlobalSettings& globals() const;
  /// Settings of the map of the subject's unit; the product is that of any of its paths. Valid as
  /// long.
  const UnitSettings& settings_for_unit(const Subject& subject) const;
  /// Settings of a path; valid as long.
  const DeviceSettings& settings_for_device(const Subject& subject) const;

  const Blacklist& blacklist() const;

  /// The hardware table followed by the device sections of the files, for HardwareTable: a device
  /// section admits its product by page 0x83. Valid as long as any copy of this value lives.
  std::span<const HardwareEntry> hardware() const;
  /// How the product identifies its units, and the row that decides it; nothing for unlisted
  /// hardware.
  Setting<std::optional<Identification>> identification_of(std::string_view vendor,
                                                           std::string_view product) const;

  /// The file of a row of hardware(); for any other row (HardwareTable makes some for
  /// product_blacklist), the built-in table.
  Origin origin_of_row(const HardwareEntry& entry) const;

  // The parts, for views.
  const ConfSection& defaults() const;
  const ConfSection& overrides() const;
  std::span<const ConfSection> protocols() const;
  std::span<const DeviceSection> devices() const;
  std::span<const ConfSection> multipaths() const;

  /// The text of the value of a keyword in section defaults, and its origin; "" for none.
  Setting<std::string> default_value(const Keyword& keyword) const;

 private:
  struct Contents;
  class Reader;
  class Resolver;
  explicit Configuration(std::shared_ptr<const Contents> contents);
  std::shared_ptr<const Contents> contents_;
};

/// The udev property that identifies a device's unit, where a file names one: uid_attrs in defaults
/// for its kind of node, else uid_attribute. Nothing where no file does, or with "": the device
/// itself is queried. The built-in value ID_SERIAL and those of the hardware table are not obeyed:
/// this program queries a device for the same identity.
std::optional<Setting<std::string>> udev_property_for(const Configuration& configuration,
                                                      std::string_view kname,
                                                      const Subject& subject);

/// May udev_property_for() name a property for some device?
bool names_units_by_udev(const Configuration& configuration);

}  // namespace multipath
