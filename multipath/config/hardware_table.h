#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "multipath/config/blacklist.h"
#include "multipath/config/pattern.h"

namespace multipath {

/// How a product identifies its logical units.
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

/// Keywords of multipath.conf with their values, in the order in which `-t` prints them.
class RowSettings {
 public:
  using KeywordAndValue = std::pair<std::string_view, std::string_view>;

  constexpr RowSettings() = default;
  constexpr RowSettings(std::string_view keyword, std::string_view value)
      : list_{KeywordAndValue{keyword, value}}, size_(1) {}
  /// Both, those of `more` at the end.
  constexpr RowSettings operator+(const RowSettings& more) const {
    RowSettings both = *this;
    for (const KeywordAndValue& setting : more) both.list_.at(both.size_++) = setting;
    return both;
  }

  constexpr const KeywordAndValue* begin() const { return list_.data(); }
  constexpr const KeywordAndValue* end() const { return list_.data() + size_; }

 private:
  std::array<KeywordAndValue, 8> list_ = {};
  std::size_t size_ = 0;
};

/// A row: extended regular expressions that match anywhere in the INQUIRY strings without trailing
/// blanks.
struct HardwareEntry {
  std::string_view vendor;
  std::string_view product;
  Identification identification = Identification::page_83;
  RowSettings settings = {};  ///< what the product needs
  /// Units of the same vendor that carry the identity of the array, not one of their own.
  std::string_view product_blacklist = {};
};

/// The built-in rows. If several rows match, the last one decides.
std::span<const HardwareEntry> built_in_hardware();

/// Does the row match the product?
bool matches(const HardwareEntry& entry, std::string_view vendor, std::string_view product);

/// Do rows made of product_blacklist count? An exception of the blacklist for the device overrides them.
enum class Gateways : bool { admitted, never_paths };

/// Finds the row of a product, with a cache: a host has many paths and few products. Not thread
/// safe.
class HardwareTable {
 public:
  /// The entries and their texts must outlive the table. Rows whose expressions do not compile
  /// match nothing.
  explicit HardwareTable(std::span<const HardwareEntry> entries);

  /// A row with `never` for a unit in a row's product_blacklist; else the last row that matches;
  /// nothing for hardware that is not listed.
  const HardwareEntry* find(const std::string& vendor, const std::string& product,
                            Gateways gateways = Gateways::never_paths);

 private:
  /// The patterns are compiled on first use: most vendors never match, and then the product is not
  /// needed.
  struct Row {
    const HardwareEntry* entry;
    std::optional<Pattern> vendor;
    std::optional<Pattern> product;
    bool is_gateway = false;
  };
  static bool row_matches(Row& row, std::string_view vendor, std::string_view product);

  std::vector<Row> rows_;
  std::deque<HardwareEntry> gateways_;
  std::map<std::tuple<std::string, std::string, Gateways>, const HardwareEntry*> known_;
};

/// The hardware table, for threads.
class SharedHardwareTable {
 public:
  explicit SharedHardwareTable(std::span<const HardwareEntry> entries) : table_(entries) {}
  /// Units of a product_blacklist are never paths, unless `blacklist` has an exception for them.
  const HardwareEntry* find(const std::string& vendor, const std::string& product,
                            const Blacklist& blacklist);

 private:
  std::mutex mutex_;
  HardwareTable table_;
};

}  // namespace multipath
