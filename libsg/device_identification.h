#pragma once

#include <optional>
#include <string>

#include <tl/expected.hpp>

#include "libsg/bytes.h"

namespace scsi {

/// Who a designator names (SPC-5 7.7.6.1, ASSOCIATION field).
enum class Association : std::uint8_t {
  logical_unit = 0,
  target_port = 1,
  target_device = 2,
  reserved = 3
};

/// SPC-5 7.7.6.1, CODE SET field; other values are kept as they are.
enum class CodeSet : std::uint8_t { reserved = 0, binary = 1, ascii = 2, utf8 = 3 };

/// SPC-5 7.7.6.1, DESIGNATOR TYPE field; other values are kept as they are.
enum class DesignatorType : std::uint8_t {
  vendor_specific = 0x0,
  t10_vendor_id = 0x1,
  eui64 = 0x2,
  naa = 0x3,
  relative_target_port = 0x4,
  target_port_group = 0x5,
  logical_unit_group = 0x6,
  md5 = 0x7,
  scsi_name_string = 0x8,
  protocol_specific_port = 0x9,
  uuid = 0xa,
};

/// One identification descriptor: its header's fields and the designator's own bytes.
struct Designator {
  Association association = Association::logical_unit;
  DesignatorType type = DesignatorType::vendor_specific;
  CodeSet code_set = CodeSet::reserved;
  std::optional<std::uint8_t> protocol;  ///< PROTOCOL IDENTIFIER, when PIV is set
  ByteVector bytes;

  auto operator<=>(const Designator&) const = default;
};

/// The high four bits of an NAA designator: its format (SPC-5 7.7.6.6). Nothing for an empty one or
/// another type.
std::optional<std::uint8_t> naa_format(const Designator& designator);

/// Device Identification page 0x83 (SPC-5 7.7.6).
struct DeviceIdentification {
  std::vector<Designator> designators;  ///< in the order of the page, whole descriptors only

  /// What came before SPC-3: the identifier itself right behind the 4-byte page header, no
  /// descriptors (old Symmetrix). Then `designators` is empty.
  ///
  /// The page has no field for it; its shape shows it. All of these hold: the page is there to its
  /// end and has 16 bytes or more behind its header; the reserved byte of what would be the first
  /// descriptor (byte 6 of the page) is not zero; that descriptor's code set, association or type
  /// is a reserved value; and descriptors do not end where the page ends. The reserved byte alone
  /// decides nothing: a device may set it in a good descriptor.
  std::optional<ByteVector> pre_spc3;

  /// A descriptor that the page does not hold to its end, bytes at the end that are none, or bytes
  /// missing at the page's end. What was whole before it is in `designators`.
  std::optional<Malformed> cut_short;

  auto operator<=>(const DeviceIdentification&) const = default;
};

/// Malformed: less than the page header, or another page. Bytes behind the announced end of the
/// page are not looked at.
tl::expected<DeviceIdentification, Malformed> decode_device_identification(ByteView page);

/// "naa", "eui64", "t10_vendor_id"...; "type 0xc" for a reserved one.
std::string to_string(DesignatorType type);
std::string to_string(Association association);
std::string to_string(CodeSet code_set);

}  // namespace scsi
