#include "multipath/discovery/wwid_rule.h"

#include <algorithm>
#include <array>
#include <optional>

#include <fmt/format.h>

#include "multipath/model/ascii.h"

namespace multipath {
namespace {

using scsi::ByteView;
using scsi::Designator;
using scsi::DesignatorType;

/// A designator as a WWID's text, with its rank; or why it is passed over.
struct Candidate {
  int rank = 0;
  std::string text;
};
using Judged = tl::expected<Candidate, std::string>;

tl::unexpected<std::string> unusable(std::string reason) {
  return tl::unexpected(std::move(reason));
}

bool all_zero(ByteView bytes) {
  return std::ranges::all_of(bytes, [](std::uint8_t byte) { return byte == 0; });
}

/// Blanks and NULs at the end cut off, each run of blanks one "_"; nothing when a byte remains that
/// udev or device-mapper would have to change: two identifiers must never become one.
std::optional<std::string> underscored(std::string_view text) {
  const auto end = text.find_last_not_of(std::string_view(" \0", 2));
  text = text.substr(0, end == std::string_view::npos ? 0 : end + 1);
  std::string result;
  bool in_blanks = false;
  for (const char c : text) {
    if (c == ' ') {
      if (!in_blanks) result += '_';
    } else if (is_wwid_character(c)) {
      result += c;
    } else {
      return std::nullopt;
    }
    in_blanks = c == ' ';
  }
  return result;
}

std::string_view as_text(const Designator& designator) {
  return {reinterpret_cast<const char*>(designator.bytes.data()), designator.bytes.size()};
}

Judged judge_naa(const Designator& designator) {
  const ByteView bytes = designator.bytes;
  const auto format = scsi::naa_format(designator);
  if (!format) return unusable("empty NAA designator");
  if (designator.code_set == scsi::CodeSet::ascii || designator.code_set == scsi::CodeSet::utf8) {
    return unusable("NAA designator in text, not binary");
  }
  const std::size_t wanted = *format == 6 ? 16 : 8;
  if (bytes.size() != wanted) {
    return unusable(
        fmt::format("NAA {:x} designator of {} bytes, not {}", *format, bytes.size(), wanted));
  }
  scsi::ByteVector rest(bytes.begin(), bytes.end());
  rest[0] &= 0x0f;
  if (all_zero(rest)) return unusable(fmt::format("NAA {:x} designator of zeros", *format));
  constexpr std::array ranks{std::pair{6, 8}, std::pair{5, 7}, std::pair{2, 6}, std::pair{3, 2}};
  const auto* rank = std::ranges::find(ranks, static_cast<int>(*format),
                                       [](const auto& row) { return row.first; });
  return Candidate{rank == ranks.end() ? 1 : rank->second, "3" + hex(bytes)};
}

Judged judge_eui64(const Designator& designator) {
  const std::size_t size = designator.bytes.size();
  if (size != 8 && size != 12 && size != 16) {
    return unusable(fmt::format("EUI-64 designator of {} bytes, not 8, 12 or 16", size));
  }
  if (all_zero(designator.bytes)) return unusable("EUI-64 designator of zeros");
  return Candidate{5, "2" + hex(designator.bytes)};
}

Judged judge_scsi_name(const Designator& designator) {
  std::string text(as_text(designator));
  text.erase(text.find_last_not_of(std::string_view(" \0", 2)) + 1);
  const std::string_view prefix = std::string_view(text).substr(0, 4);
  std::string rest = text.size() > 4 ? text.substr(4) : "";
  if (prefix == "iqn.") {
    if (rest.empty() || !std::ranges::all_of(rest, is_wwid_character)) {
      return unusable("SCSI name string \"iqn.\" without a usable name behind it");
    }
    return Candidate{4, "8" + rest};
  }
  if (prefix != "eui." && prefix != "naa.") {
    return unusable("SCSI name string that is neither eui., naa. nor iqn.");
  }
  std::ranges::transform(rest, rest.begin(),
                         [](char c) { return c >= 'A' && c <= 'F' ? char(c - 'A' + 'a') : c; });
  if (rest.empty() || !std::ranges::all_of(rest, is_lower_hex_digit)) {
    return unusable("SCSI name string with other than hex digits behind " + std::string(prefix));
  }
  if (rest.find_first_not_of('0', prefix == "naa." ? 1 : 0) == std::string::npos) {
    return unusable("SCSI name string of zeros");
  }
  return Candidate{4, *wwid_text_of_kernel_name(std::string(prefix) + rest)};
}

Judged judge_t10(const Designator& designator) {
  constexpr std::size_t vendor_length = 8;
  const std::string_view text = as_text(designator);
  if (text.size() <= vendor_length ||
      text.substr(vendor_length).find_first_not_of(std::string_view(" \0", 2)) ==
          std::string_view::npos) {
    return unusable("T10 vendor id with the vendor alone");
  }
  if (designator.code_set == scsi::CodeSet::binary)
    return Candidate{3, "1" + hex(designator.bytes)};
  const auto name = underscored(text);
  if (!name) return unusable("T10 vendor id with bytes that no name can hold");
  return Candidate{3, "1" + *name};
}

Judged judge(const Designator& designator) {
  switch (designator.type) {
    case DesignatorType::naa:
      return judge_naa(designator);
    case DesignatorType::eui64:
      return judge_eui64(designator);
    case DesignatorType::scsi_name_string:
      return judge_scsi_name(designator);
    case DesignatorType::t10_vendor_id:
      return judge_t10(designator);
    default:
      return unusable(to_string(designator.type) +
                      " designator, which names no logical unit alone");
  }
}

std::optional<DesignatorType> demanded_type(Identification identification) {
  switch (identification) {
    case Identification::page_83_naa:
      return DesignatorType::naa;
    case Identification::page_83_eui64:
      return DesignatorType::eui64;
    case Identification::page_83_name:
      return DesignatorType::scsi_name_string;
    case Identification::page_83_t10:
      return DesignatorType::t10_vendor_id;
    default:
      return std::nullopt;
  }
}

tl::expected<Wwid, std::string> as_wwid(const std::string& text) {
  if (auto wwid = Wwid::from_text(text)) return *wwid;
  return unusable(fmt::format("identifier of {} characters is too long for a map", text.size()));
}

constexpr std::size_t pre_spc3_length = 16;

tl::expected<Wwid, std::string> wwid_of_pre_spc3(ByteView bytes) {
  constexpr std::size_t length = pre_spc3_length;
  if (bytes.size() < length) return unusable("page 0x83 from before SPC-3 with less than 16 bytes");
  if (all_zero(bytes.first(length))) return unusable("page 0x83 from before SPC-3 of zeros");
  return as_wwid("3" + hex(bytes.first(length)));
}

/// Only designators of the logical unit count, and of them only those of the type that is demanded.
Judged judge_for(const Designator& designator, const std::optional<DesignatorType>& demanded) {
  if (designator.association != scsi::Association::logical_unit)
    return unusable("names the " + to_string(designator.association) + ", not the logical unit");
  if (demanded && designator.type != *demanded)
    return unusable("only a " + to_string(*demanded) + " designator counts for this hardware");
  return judge(designator);
}

std::string reason_for_none(const std::vector<JudgedDesignator>& designators,
                            const std::optional<scsi::Malformed>& cut_short,
                            const std::optional<DesignatorType>& demanded) {
  std::string reason =
      demanded ? fmt::format("page 0x83 has no usable {} designator of the logical unit",
                             to_string(*demanded))
               : "page 0x83 has no usable designator of the logical unit";
  std::string passed_over;
  for (const JudgedDesignator& entry : designators) {
    if (entry.designator.association != scsi::Association::logical_unit) continue;
    if (demanded && entry.designator.type != *demanded) continue;
    passed_over += (passed_over.empty() ? "" : "; ") + entry.text;
  }
  if (cut_short) passed_over += (passed_over.empty() ? "" : "; ") + cut_short->what;
  return passed_over.empty() ? reason : reason + " (" + passed_over + ")";
}

}  // namespace

std::string hex(scsi::ByteView bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  text.reserve(bytes.size() * 2);
  for (const std::uint8_t byte : bytes) {
    text += digits[byte >> 4U];
    text += digits[byte & 15U];
  }
  return text;
}

WwidChoice choose_wwid(const scsi::DeviceIdentification& page, Identification identification) {
  WwidChoice choice{{}, unusable("")};
  if (page.pre_spc3) {
    choice.wwid = wwid_of_pre_spc3(*page.pre_spc3);
    return choice;
  }
  const auto demanded = demanded_type(identification);
  JudgedDesignator* best = nullptr;
  choice.designators.reserve(page.designators.size());
  for (const Designator& designator : page.designators) {
    JudgedDesignator& entry = choice.designators.emplace_back();
    entry.designator = designator;
    Judged judged = judge_for(designator, demanded);
    entry.rank = judged ? judged->rank : 0;
    entry.text = judged ? std::move(judged->text) : std::move(judged.error());
    if (entry.rank > 0 && (best == nullptr || entry.rank > best->rank)) best = &entry;
  }
  if (best == nullptr) {
    choice.wwid = unusable(reason_for_none(choice.designators, page.cut_short, demanded));
    return choice;
  }
  best->chosen = true;
  choice.wwid = as_wwid(best->text);
  return choice;
}

tl::expected<Wwid, std::string> wwid_of(const scsi::DeviceIdentification& page,
                                        Identification identification) {
  return choose_wwid(page, identification).wwid;
}

tl::expected<Wwid, std::string> wwid_of_serial_number(std::string_view vendor,
                                                      std::string_view product,
                                                      std::string_view serial_number) {
  if (serial_number.empty()) return unusable("page 0x80 has no serial number");
  if (std::ranges::all_of(serial_number, [](char c) { return c == '0'; })) {
    return unusable("page 0x80 has a serial number of zeros");
  }
  const auto name = underscored(fmt::format("{:<8}{:<16}{}", vendor, product, serial_number));
  if (!name) return unusable("page 0x80 has a serial number with bytes that no name can hold");
  return as_wwid("S" + *name);
}

}  // namespace multipath
