#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "multipath/config/pattern.h"

namespace multipath {

/// How a product says which logical unit it is: the whitelist switch.
enum class Identification : std::uint8_t {
  page_83,        ///< device identification page, designators by the general order
  page_83_naa,    ///< only an NAA designator of the logical unit
  page_83_eui64,  ///< only an EUI-64
  page_83_name,   ///< only a SCSI name string
  page_83_t10,    ///< only a T10 vendor id
  page_80,        ///< unit serial number page: "S" vendor "_" product "_" serial
  never,          ///< local disks, controllers, gateway LUNs: no path, ever
};
std::string to_string(Identification identification);

/// A row: extended regular expressions, matched anywhere in the INQUIRY strings without blanks at
/// the end.
struct HardwareEntry {
  std::string_view vendor;
  std::string_view product;
  Identification identification;
};

/// The rows that come with the program. Rows that say `never` come first: the first row that
/// matches decides.
std::span<const HardwareEntry> built_in_hardware();

/// Answers which row a product has; remembers, since a host has many paths and few products.
/// Not for use from several threads at a time.
class HardwareTable {
 public:
  explicit HardwareTable(std::span<const HardwareEntry> entries);

  /// The first row that matches; nothing for hardware that is not listed.
  const HardwareEntry* find(const std::string& vendor, const std::string& product);

 private:
  struct Row {
    const HardwareEntry* entry;
    Pattern vendor;
    Pattern product;
  };
  std::vector<Row> rows_;
  std::map<std::pair<std::string, std::string>, const HardwareEntry*> known_;
};

}  // namespace multipath
