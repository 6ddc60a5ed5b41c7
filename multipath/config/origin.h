#pragma once

#include <compare>
#include <cstdint>
#include <string>

#include "multipath/config/diagnostic.h"

namespace multipath {

/// Where a value or rule comes from.
struct Origin {
  enum class Kind : std::uint8_t {
    built_in,        ///< the program's own default
    hardware_table,  ///< a row of the hardware table
    file,            ///< a line of a configuration file
  };
  Kind kind = Kind::built_in;
  std::string row;      ///< of the hardware table: "IBM ^2145"
  Place place;          ///< in a file
  std::string section;  ///< in a file: "defaults", "devices device"

  auto operator<=>(const Origin&) const = default;
};
/// "/etc/multipath.conf:3 (defaults)", "hardware table, row IBM ^2145" or "built-in default".
std::string to_string(const Origin& origin);

/// A value and what decided it.
template <class T>
struct Setting {
  T value{};
  Origin origin;

  auto operator<=>(const Setting&) const = default;
};

}  // namespace multipath
