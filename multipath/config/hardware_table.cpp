#include "multipath/config/hardware_table.h"

#include "multipath/model/names.h"

namespace multipath {
namespace {

using enum Identification;

constexpr auto identification_names = names_of<Identification>({
    {page_83, "page 0x83"},
    {page_83_naa, "page 0x83, NAA designator"},
    {page_83_eui64, "page 0x83, EUI-64 designator"},
    {page_83_name, "page 0x83, SCSI name string"},
    {page_83_t10, "page 0x83, T10 vendor id"},
    {page_80, "page 0x80, unit serial number"},
    {never, "never a path"},
});

std::optional<Pattern> compiled(std::string_view expression) {
  auto pattern = Pattern::compile(expression);
  return pattern ? std::optional(std::move(*pattern)) : std::nullopt;
}

}  // namespace

std::string to_string(Identification identification) {
  return identification_names.to_string(identification);
}

bool matches(const HardwareEntry& entry, std::string_view vendor, std::string_view product) {
  const auto vendors = Pattern::compile(entry.vendor);
  if (!vendors || !vendors->matches(vendor)) return false;
  const auto products = Pattern::compile(entry.product);
  return products && products->matches(product);
}

HardwareTable::HardwareTable(std::span<const HardwareEntry> entries) {
  rows_.reserve(entries.size());
  for (const HardwareEntry& entry : entries) rows_.push_back({&entry, {}, {}});
  for (const HardwareEntry& entry : entries) {
    if (entry.product_blacklist.empty()) continue;
    gateways_.push_back({entry.vendor, entry.product_blacklist, never, {}, ""});
    rows_.push_back({&gateways_.back(), {}, {}, true});
  }
}

bool HardwareTable::row_matches(Row& row, std::string_view vendor, std::string_view product) {
  if (!row.vendor) row.vendor = compiled(row.entry->vendor);
  if (!row.vendor || !row.vendor->matches(vendor)) return false;
  if (!row.product) row.product = compiled(row.entry->product);
  return row.product && row.product->matches(product);
}

const HardwareEntry* HardwareTable::find(const std::string& vendor, const std::string& product,
                                         Gateways gateways) {
  const auto [known, is_new] = known_.try_emplace({vendor, product, gateways}, nullptr);
  if (!is_new) return known->second;
  for (auto row = rows_.rbegin(); row != rows_.rend(); ++row) {
    if (row->is_gateway && gateways == Gateways::admitted) continue;
    if (row_matches(*row, vendor, product)) {
      known->second = row->entry;
      break;
    }
  }
  return known->second;
}

const HardwareEntry* SharedHardwareTable::find(const std::string& vendor,
                                               const std::string& product,
                                               const Blacklist& blacklist) {
  const std::lock_guard lock(mutex_);
  const HardwareEntry* entry = table_.find(vendor, product);
  const bool never = entry != nullptr && entry->identification == Identification::never;
  if (!never || !blacklist.judge_device(vendor, product).is_exception) return entry;
  return table_.find(vendor, product, Gateways::admitted);
}

}  // namespace multipath
