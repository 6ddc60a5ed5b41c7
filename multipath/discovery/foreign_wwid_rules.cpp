#include "multipath/discovery/foreign_wwid_rules.h"

#include <algorithm>
#include <array>
#include <functional>

#include <fmt/format.h>

#include "multipath/discovery/wwid_rule.h"
#include "multipath/model/wwid.h"

namespace multipath {
namespace {

using scsi::ByteView;
using scsi::CodeSet;
using scsi::Designator;
using scsi::DesignatorType;

constexpr std::size_t vendor_length = 8, product_length = 16;

std::string_view as_text(ByteView bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

bool is_blank(char c) { return std::string_view(" \t\n\v\f\r").find(c) != std::string_view::npos; }

/// Blanks at the end cut off, each other run of blanks one "_", every other character by `replace`.
std::string without_blanks(std::string_view text, bool (*blank)(char),
                           const std::function<void(char, std::string&)>& replace) {
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  std::string result;
  bool in_blanks = false;
  for (const char c : text) {
    if (!blank(c)) {
      replace(c, result);
    } else if (!in_blanks) {
      result += '_';
    }
    in_blanks = blank(c);
  }
  return result;
}

/// systemd's udev_replace_whitespace() and udev_replace_chars(), up to the first NUL.
std::string as_scsi_id_prints(std::string_view text) {
  return without_blanks(text.substr(0, text.find('\0')), is_blank, [](char c, std::string& result) {
    result += is_wwid_character(c) ? c : '_';
  });
}

/// sg_inq --export and udev's encoding of what it imports.
std::string as_sg_inq_exports(std::string_view text) {
  const auto end = text.find_last_not_of('\0');
  text = text.substr(0, end == std::string_view::npos ? 0 : end + 1);
  return without_blanks(
      text, [](char c) { return c == ' '; },
      [](char c, std::string& result) {
        if (is_wwid_character(c)) {
          result += c;
        } else if (c > ' ' && c < '\x7f') {
          result += fmt::format("\\x{:02x}", static_cast<unsigned>(c));
        } else {
          result += '.';
        }
      });
}

std::string padded(const Maker& maker) {
  return fmt::format("{:<8}{:<16}", maker.vendor.substr(0, vendor_length),
                     maker.product.substr(0, product_length));
}

/// A row of scsi_id's list.
struct Preference {
  DesignatorType type;
  std::optional<int> naa;
};
constexpr std::array scsi_id_list{
    Preference{DesignatorType::naa, 6},
    Preference{DesignatorType::naa, 5},
    Preference{DesignatorType::naa, std::nullopt},
    Preference{DesignatorType::eui64, std::nullopt},
    Preference{DesignatorType::t10_vendor_id, std::nullopt},
    Preference{DesignatorType::vendor_specific, std::nullopt},
};

/// What scsi_id reads of the page.
constexpr std::size_t scsi_id_reads = 254;
constexpr std::size_t page_header = 4, designator_header = 4;

/// A designator as scsi_id sees it: `bytes` begins with its header.
std::optional<std::string> name_by_row(ByteView bytes, const Preference& row, CodeSet code_set,
                                       const Maker& maker) {
  constexpr unsigned low = 0x0f, association = 0x30;
  if ((bytes[1] & association) != 0 || (bytes[1] & low) != static_cast<unsigned>(row.type) ||
      (bytes[0] & low) != static_cast<unsigned>(code_set)) {
    return std::nullopt;
  }
  const ByteView body = bytes.subspan(designator_header, bytes[3]);
  if (row.naa && (body.empty() || body[0] >> 4U != *row.naa)) return std::nullopt;
  std::string text(1, "0123456789abcdef"[static_cast<unsigned>(row.type)]);
  if (row.type == DesignatorType::vendor_specific) text += padded(maker);
  text += code_set == CodeSet::ascii ? std::string(as_text(body)) : hex(body);
  return as_scsi_id_prints(text);
}

std::optional<std::string> name_by_row(ByteView page, std::size_t end, const Preference& row,
                                       CodeSet code_set, const Maker& maker) {
  for (std::size_t at = page_header; at <= end && at + designator_header <= page.size();
       at += designator_header + page[at + 3]) {
    if (at + designator_header + page[at + 3] > page.size()) break;
    if (auto name = name_by_row(page.subspan(at), row, code_set, maker)) return name;
  }
  return std::nullopt;
}

bool names_unit(const Designator& designator) {
  return designator.association == scsi::Association::logical_unit;
}

/// What sg3-utils' rules make of one designator, and how they rank it; 0: nothing.
std::pair<int, std::string> by_sg3_rules(const Designator& designator, const Maker& maker) {
  const bool binary = designator.code_set == CodeSet::binary;
  const std::string_view text = as_text(designator.bytes);
  if (designator.bytes.empty()) return {};
  switch (designator.type) {
    case DesignatorType::naa: {
      const int format = designator.bytes[0] >> 4U;
      if (!binary) return {};
      return {format == 6 ? 9 : format == 5 ? 8 : format == 2 ? 7 : 3, "3" + hex(designator.bytes)};
    }
    case DesignatorType::eui64:
      return {6, "2" + hex(designator.bytes)};
    case DesignatorType::scsi_name_string:
      return {5, "8" + as_sg_inq_exports(text)};
    case DesignatorType::t10_vendor_id:
      return {4, "1" + (binary ? hex(designator.bytes) : as_sg_inq_exports(text))};
    case DesignatorType::vendor_specific:
      return {2, fmt::format("0{}_{}_{}", as_sg_inq_exports(maker.vendor),
                             as_sg_inq_exports(maker.product),
                             binary ? hex(designator.bytes) : as_sg_inq_exports(text))};
    default:
      return {};
  }
}

/// "naa.6001" is the "36001" of other rules, "eui.0012" the "20012", "t10.LIO  x" the "1LIO_x".
std::string comparable(std::string_view kernel_wwid) {
  constexpr std::size_t prefix = 4;
  if (auto text = wwid_text_of_kernel_name(kernel_wwid)) return std::move(*text);
  if (kernel_wwid.starts_with("t10.")) return "1" + as_scsi_id_prints(kernel_wwid.substr(prefix));
  return std::string(kernel_wwid);
}

/// The forms in which some version of multipath-tools took over a designator.
std::vector<std::string> forms_of(const Designator& designator) {
  const std::string digits = hex(designator.bytes);
  const std::string_view text = as_text(designator.bytes);
  switch (designator.type) {
    case DesignatorType::naa:
      return {"3" + digits};
    case DesignatorType::eui64:
      return {"2" + digits};
    case DesignatorType::t10_vendor_id:
      return {"1" + as_scsi_id_prints(text), "1" + as_sg_inq_exports(text), "1" + digits};
    case DesignatorType::scsi_name_string: {
      const std::string whole = as_sg_inq_exports(text);
      std::vector<std::string> forms{"8" + whole, comparable(whole)};
      if (whole.starts_with("iqn.")) forms.push_back("8" + whole.substr(4));
      return forms;
    }
    case DesignatorType::uuid:
      return {digits, "a" + digits};
    default:
      return {};
  }
}

void add_names_of_page_83(const UnitFacts& facts, std::vector<GivenName>& names) {
  const auto page = scsi::decode_device_identification(facts.page_83);
  if (page) {
    if (const auto own = wwid_of(*page, Identification::page_83))
      names.push_back({own->text(), "this program's rule for page 0x83"});
  }
  if (auto name = name_by_scsi_id(facts.page_83, facts.maker))
    names.push_back({std::move(*name), "scsi_id's rule for page 0x83"});
  if (!page) return;
  if (auto name = name_by_sg3_rules(*page, facts.maker))
    names.push_back({std::move(*name), "the rule of sg3-utils' udev rules for page 0x83"});
  for (const Designator& designator : page->designators) {
    if (!names_unit(designator) || designator.bytes.empty()) continue;
    for (std::string& form : forms_of(designator)) {
      names.push_back(
          {std::move(form), fmt::format("an older rule, by the {} designator of page 0x83",
                                        to_string(designator.type))});
    }
  }
}

void add_names_of_serial(const UnitFacts& facts, std::vector<GivenName>& names) {
  names.push_back({serial_name_by_scsi_id(facts.serial, facts.maker),
                   "scsi_id's rule for the serial number of page 0x80"});
  names.push_back({serial_name_by_sg3_rules(facts.serial, facts.maker),
                   "the rule of sg3-utils' udev rules for the serial number of page 0x80"});
  names.push_back({as_scsi_id_prints(facts.serial), "the serial number of page 0x80"});
}

/// Properties that name a unit, whoever set them (systemd's and sg3-utils' rules; DASD has ID_UID).
constexpr std::array naming_properties{
    std::string_view("ID_SERIAL"),      std::string_view("ID_UID"),
    std::string_view("ID_WWN"),         std::string_view("ID_WWN_WITH_EXTENSION"),
    std::string_view("ID_SCSI_SERIAL"), std::string_view("ID_SERIAL_SHORT"),
    std::string_view("DM_SERIAL"),
};

}  // namespace

std::optional<std::string> name_by_scsi_id(ByteView page_83, const Maker& maker) {
  if (page_83.size() < page_header) return std::nullopt;
  scsi::ByteVector page(page_83.begin(), page_83.begin() + static_cast<std::ptrdiff_t>(std::min(
                                                               page_83.size(), scsi_id_reads)));
  page.resize(scsi_id_reads);
  constexpr std::size_t reserved_of_first = 6;
  if (page[reserved_of_first] != 0) {
    const std::size_t length = std::min<std::size_t>(page[3], scsi_id_reads - page_header);
    return "3" + hex(ByteView(page).subspan(page_header, length));
  }
  const std::size_t end = page[2] * 256U + page[3] + 3U;
  for (const Preference& row : scsi_id_list) {
    for (const CodeSet code_set : {CodeSet::binary, CodeSet::ascii})
      if (auto name = name_by_row(page, end, row, code_set, maker)) return name;
  }
  return std::nullopt;
}

std::string serial_name_by_scsi_id(std::string_view serial, const Maker& maker) {
  return as_scsi_id_prints("S" + padded(maker) + std::string(serial));
}

std::optional<std::string> name_by_sg3_rules(const scsi::DeviceIdentification& page,
                                             const Maker& maker) {
  if (page.pre_spc3) {
    constexpr std::size_t length = 16;
    const ByteView bytes = *page.pre_spc3;
    return "3" + hex(bytes.first(std::min(bytes.size(), length)));
  }
  std::pair<int, std::string> best;
  for (const Designator& designator : page.designators) {
    if (!names_unit(designator)) continue;
    auto its = by_sg3_rules(designator, maker);
    if (its.first > best.first && its.second.size() > 1) best = std::move(its);
  }
  return best.first == 0 ? std::nullopt : std::optional(std::move(best.second));
}

std::string serial_name_by_sg3_rules(std::string_view serial, const Maker& maker) {
  return fmt::format("S{}_{}_{}", as_sg_inq_exports(maker.vendor), as_sg_inq_exports(maker.product),
                     as_sg_inq_exports(serial));
}

std::vector<GivenName> given_names(const UnitFacts& facts,
                                   const std::vector<std::string>& uid_attributes) {
  std::vector<GivenName> names;
  if (!facts.page_83.empty()) add_names_of_page_83(facts, names);
  if (!facts.serial.empty()) add_names_of_serial(facts, names);
  for (const auto& [property, value] : facts.properties) {
    const bool counts = std::ranges::find(naming_properties, property) != naming_properties.end() ||
                        property.starts_with("SCSI_IDENT_") ||
                        std::ranges::find(uid_attributes, property) != uid_attributes.end();
    const auto end = value.find_last_not_of(" \t");
    if (counts && end != std::string::npos)
      names.push_back({value.substr(0, end + 1), "udev's property " + property});
  }
  if (!facts.kernel_wwid.empty()) {
    names.push_back({facts.kernel_wwid, "the kernel's wwid"});
    names.push_back({comparable(facts.kernel_wwid), "the kernel's wwid"});
  }
  return names;
}

}  // namespace multipath
