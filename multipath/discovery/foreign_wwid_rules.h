#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libsg/device_identification.h"

namespace multipath {

// Names that other programs derive for a logical unit. A map that multipath-tools created from such
// a name has it as its WWID. This program's own rules are in wwid_rule.h.

/// Vendor and product of INQUIRY, with or without trailing blanks.
struct Maker {
  std::string_view vendor;
  std::string_view product;
};

/// The name by scsi_id -g -u (systemd, src/udev/scsi_id/scsi_serial.c); nothing if page 0x83 gives
/// no name. scsi_id reads 254 bytes, treats missing bytes as zeros, and uses the first of: NAA 6,
/// NAA 5, any other NAA, EUI-64, T10, "0" with vendor, product and the vendor-specific designator.
/// Within each type, a binary designator precedes an ASCII one; length and value are not checked. A
/// page whose byte 6 is not zero has the format from before SPC-3: "3" and its bytes.
std::optional<std::string> name_by_scsi_id(scsi::ByteView page_83, const Maker& maker);
/// The name by scsi_id from page 0x80: "S", vendor padded to 8, product padded to 16, serial
/// number.
std::string serial_name_by_scsi_id(std::string_view serial, const Maker& maker);

/// The name by the udev rules of sg3-utils (55-scsi-sg3_id.rules): the first of NAA 6, NAA 5, NAA
/// 2, EUI-64, "8" with the whole SCSI name string, T10, any other NAA, "0" with vendor, product and
/// the vendor-specific designator.
std::optional<std::string> name_by_sg3_rules(const scsi::DeviceIdentification& page,
                                             const Maker& maker);
/// "S", vendor, "_", product, "_", serial.
std::string serial_name_by_sg3_rules(std::string_view serial, const Maker& maker);

/// The facts from which the rules derive names.
struct UnitFacts {
  Maker maker;
  scsi::ByteView page_83;                              ///< empty if missing
  std::string_view serial;                             ///< of page 0x80; empty if missing
  std::map<std::string, std::string> properties = {};  ///< of udev
  std::string kernel_wwid = {};                        ///< sysfs device/wwid
};

/// A name of the unit, and the rule that derives it ("scsi_id's rule for page 0x83").
struct GivenName {
  std::string name;
  std::string rule;

  auto operator<=>(const GivenName&) const = default;
};
/// Returns all names, the most common rule first; names may repeat. In addition to the rules above:
/// this program's rule, the kernel's WWID, the udev properties ID_SERIAL, ID_UID, ID_WWN... and
/// those in `uid_attributes`, the bare serial number, and each designator of the unit in every form
/// that a version of multipath-tools has used.
std::vector<GivenName> given_names(const UnitFacts& facts,
                                   const std::vector<std::string>& uid_attributes);

}  // namespace multipath
