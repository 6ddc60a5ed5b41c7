#pragma once

#include <cstdint>
#include <deque>
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
  Identification identification = Identification::page_83;
  /// What the product needs, in words of multipath.conf: "prio alua; no_path_retry 30".
  std::string_view settings = {};
  /// Units of the same vendor that carry the array's identity, not a unit's own.
  std::string_view product_blacklist = {};
};

/// The rows that come with the program. Of several rows that match, the last decides.
std::span<const HardwareEntry> built_in_hardware();

/// "prio alua; no_path_retry 30" as pairs of keyword and value.
std::vector<std::pair<std::string_view, std::string_view>> settings_of(const HardwareEntry& entry);

/// A product as the table compares it.
bool matches(const HardwareEntry& entry, std::string_view vendor, std::string_view product);

/// Answers which row a product has; remembers, since a host has many paths and few products.
/// Not for use from several threads at a time.
class HardwareTable {
 public:
  /// The texts that the entries show must live as long. Rows whose expressions do not compile
  /// match nothing.
  explicit HardwareTable(std::span<const HardwareEntry> entries);

  /// A unit of a row's product_blacklist gives a row that says `never`; else the last row that
  /// matches; nothing for hardware that is not listed.
  const HardwareEntry* find(const std::string& vendor, const std::string& product);

 private:
  /// Compiled when first asked for: most rows' vendors never match, and then the product is not
  /// needed.
  struct Row {
    const HardwareEntry* entry;
    std::optional<Pattern> vendor;
    std::optional<Pattern> product;
  };
  static bool row_matches(Row& row, std::string_view vendor, std::string_view product);

  std::vector<Row> rows_;
  std::deque<HardwareEntry> gateways_;
  std::map<std::pair<std::string, std::string>, const HardwareEntry*> known_;
};

}  // namespace multipath
