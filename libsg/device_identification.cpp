#include "libsg/device_identification.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "libsg/vital_product_data.h"

namespace scsi {

namespace {

constexpr std::size_t page_header_length = 4;
constexpr std::size_t descriptor_header_length = 4;
constexpr std::size_t least_pre_spc3_length = 16;

/// The descriptors in `body`, and what is wrong behind the last whole one.
/// Offsets in the answer count from the start of the page.
struct Walk {
  std::vector<Designator> designators;
  std::optional<Malformed> cut_short;
};

Designator decode_designator(ByteView descriptor) {
  Designator designator;
  designator.code_set = static_cast<CodeSet>(descriptor[0] & 0xf);
  designator.association = static_cast<Association>(descriptor[1] >> 4 & 0x3);
  designator.type = static_cast<DesignatorType>(descriptor[1] & 0xf);
  const bool protocol_identifier_valid = (descriptor[1] & 0x80) != 0;
  if (protocol_identifier_valid) designator.protocol = descriptor[0] >> 4;
  const ByteView bytes = descriptor.subspan(descriptor_header_length);
  designator.bytes.assign(bytes.begin(), bytes.end());
  return designator;
}

Walk walk_descriptors(ByteView body) {
  Walk walk;
  std::size_t at = 0;
  while (at < body.size()) {
    const ByteView rest = body.subspan(at);
    const std::size_t page_offset = page_header_length + at;
    if (rest.size() < descriptor_header_length) {
      walk.cut_short = Malformed{
          page_offset,
          fmt::format("{} bytes at the end are too short for a descriptor header", rest.size())};
      break;
    }
    const std::size_t length = descriptor_header_length + rest[3];
    if (rest.size() < length) {
      walk.cut_short =
          Malformed{page_offset, fmt::format("designator announces {} bytes but the page holds {}",
                                             rest[3], rest.size() - descriptor_header_length)};
      break;
    }
    walk.designators.push_back(decode_designator(rest.first(length)));
    at += length;
  }
  return walk;
}

/// A head that SPC-5 7.7.6.1 allows: defined code set, association and type.
bool is_descriptor_head(ByteView body) {
  const int code_set = body[0] & 0xf;
  const int association = body[1] >> 4 & 0x3;
  const int type = body[1] & 0xf;
  return code_set >= 1 && code_set <= 3 && association != 3 && type <= 0xa;
}

/// See DeviceIdentification::pre_spc3 for the rule.
bool is_pre_spc3(ByteView body, const Walk& walk) {
  return body.size() >= least_pre_spc3_length && body[2] != 0 && !is_descriptor_head(body) &&
         walk.cut_short.has_value();
}

template <typename Value, std::size_t count>
std::string name_of(const std::array<std::pair<Value, std::string_view>, count>& names, Value value,
                    std::string_view noun) {
  const auto found =
      std::find_if(names.begin(), names.end(), [&](const auto& n) { return n.first == value; });
  if (found != names.end()) return std::string(found->second);
  return fmt::format("{} 0x{:x}", noun, static_cast<int>(value));
}

constexpr std::array<std::pair<DesignatorType, std::string_view>, 11> type_names{{
    {DesignatorType::vendor_specific, "vendor_specific"},
    {DesignatorType::t10_vendor_id, "t10_vendor_id"},
    {DesignatorType::eui64, "eui64"},
    {DesignatorType::naa, "naa"},
    {DesignatorType::relative_target_port, "relative_target_port"},
    {DesignatorType::target_port_group, "target_port_group"},
    {DesignatorType::logical_unit_group, "logical_unit_group"},
    {DesignatorType::md5, "md5"},
    {DesignatorType::scsi_name_string, "scsi_name_string"},
    {DesignatorType::protocol_specific_port, "protocol_specific_port"},
    {DesignatorType::uuid, "uuid"},
}};

constexpr std::array<std::pair<Association, std::string_view>, 4> association_names{{
    {Association::logical_unit, "logical_unit"},
    {Association::target_port, "target_port"},
    {Association::target_device, "target_device"},
    {Association::reserved, "reserved"},
}};

constexpr std::array<std::pair<CodeSet, std::string_view>, 4> code_set_names{{
    {CodeSet::reserved, "reserved"},
    {CodeSet::binary, "binary"},
    {CodeSet::ascii, "ascii"},
    {CodeSet::utf8, "utf8"},
}};

}  // namespace

std::optional<std::uint8_t> naa_format(const Designator& designator) {
  if (designator.type != DesignatorType::naa || designator.bytes.empty()) return std::nullopt;
  return static_cast<std::uint8_t>(designator.bytes[0] >> 4);
}

tl::expected<DeviceIdentification, Malformed> decode_device_identification(ByteView page) {
  const auto announced = announced_length(page);
  if (!announced) return tl::unexpected(announced.error());
  constexpr auto code = static_cast<std::uint8_t>(VpdPage::device_identification);
  if (page[1] != code) {
    return tl::unexpected(
        Malformed{1, fmt::format("page code is 0x{:02x}, not 0x{:02x}", page[1], code)});
  }

  const bool whole = page.size() >= *announced;
  const ByteView body =
      page.subspan(page_header_length, std::min(page.size(), *announced) - page_header_length);
  Walk walk = walk_descriptors(body);

  DeviceIdentification identification;
  if (whole && is_pre_spc3(body, walk)) {
    identification.pre_spc3.emplace(body.begin(), body.end());
    return identification;
  }
  identification.designators = std::move(walk.designators);
  identification.cut_short = std::move(walk.cut_short);
  if (!whole && !identification.cut_short) {
    identification.cut_short = Malformed{
        page.size(),
        fmt::format("page announces {} bytes but ends after {}", *announced, page.size())};
  }
  return identification;
}

std::string to_string(DesignatorType type) { return name_of(type_names, type, "type"); }

std::string to_string(Association association) {
  return name_of(association_names, association, "association");
}

std::string to_string(CodeSet code_set) { return name_of(code_set_names, code_set, "code set"); }

}  // namespace scsi
