#pragma once

#include <string_view>
#include <vector>

#include "multipath/config/configuration_contents.h"

namespace multipath {

/// Finds what holds for a subject, keyword by keyword, in the order of precedence.
class Configuration::Resolver {
 public:
  /// Only section defaults and the built-in values.
  explicit Resolver(const Contents& contents);
  Resolver(const Contents& contents, const Subject& subject);

  struct Found {
    std::string_view value;
    Origin origin;
    const void* layer = nullptr;  ///< the section or row; nothing for the built-in value
  };
  /// The built-in value, perhaps "", where nothing sets the keyword.
  Found find(std::string_view keyword) const;
  /// Of the layer where another keyword was found; "" where it has none.
  Found find_in(const void* layer, std::string_view keyword) const;

  // All keywords, as values.
  DeviceSettings device_settings() const;
  UnitSettings unit_settings() const;

 private:
  /// Exactly one of the two.
  struct Layer {
    const ConfSection* section;
    const BuiltInRow* row;
    const void* id() const { return section != nullptr ? static_cast<const void*>(section) : row; }
  };
  static std::optional<Found> find(const Layer& layer, std::string_view keyword);
  std::vector<Layer> layers_;  ///< the strongest first
};

}  // namespace multipath
