#include "multipath/config/hardware_table.h"

#include <array>

namespace multipath {
namespace {

using enum Identification;

constexpr std::array identification_names{
    std::pair{page_83, "page 0x83"},
    std::pair{page_83_naa, "page 0x83, NAA designator"},
    std::pair{page_83_eui64, "page 0x83, EUI-64 designator"},
    std::pair{page_83_name, "page 0x83, SCSI name string"},
    std::pair{page_83_t10, "page 0x83, T10 vendor id"},
    std::pair{page_80, "page 0x80, unit serial number"},
    std::pair{never, "never a path"},
};

std::optional<Pattern> compiled(std::string_view expression) {
  auto pattern = Pattern::compile(expression);
  return pattern ? std::optional(std::move(*pattern)) : std::nullopt;
}

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

}  // namespace

std::string to_string(Identification identification) {
  for (const auto& [value, name] : identification_names) {
    if (value == identification) return name;
  }
  return "?";
}

std::vector<std::pair<std::string_view, std::string_view>> settings_of(const HardwareEntry& entry) {
  std::vector<std::pair<std::string_view, std::string_view>> result;
  std::string_view rest = entry.settings;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find(';'), rest.size());
    const std::string_view setting = trimmed(rest.substr(0, end));
    const std::size_t blank = std::min(setting.find(' '), setting.size());
    result.emplace_back(setting.substr(0, blank), trimmed(setting.substr(blank)));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return result;
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
    gateways_.push_back({entry.vendor, entry.product_blacklist, never, "", ""});
    rows_.push_back({&gateways_.back(), {}, {}});
  }
}

bool HardwareTable::row_matches(Row& row, std::string_view vendor, std::string_view product) {
  if (!row.vendor) row.vendor = compiled(row.entry->vendor);
  if (!row.vendor || !row.vendor->matches(vendor)) return false;
  if (!row.product) row.product = compiled(row.entry->product);
  return row.product && row.product->matches(product);
}

const HardwareEntry* HardwareTable::find(const std::string& vendor, const std::string& product) {
  const auto [known, is_new] = known_.try_emplace({vendor, product}, nullptr);
  if (!is_new) return known->second;
  for (auto row = rows_.rbegin(); row != rows_.rend(); ++row) {
    if (row_matches(*row, vendor, product)) {
      known->second = row->entry;
      break;
    }
  }
  return known->second;
}

}  // namespace multipath
