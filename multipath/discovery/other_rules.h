#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libsg/device_identification.h"

namespace multipath {

// What other programs' rules call a logical unit: the WWIDs that a map may have which multipath-tools
// made with them. The rules of this program are in wwid_rule.h.

/// Vendor and product of INQUIRY, blanks at the end cut off or not.
struct Maker {
  std::string_view vendor;
  std::string_view product;
};

/// scsi_id -g -u (systemd, src/udev/scsi_id/scsi_serial.c), nothing where it has no name from page
/// 0x83. It reads the first 254 bytes, missing ones as zeros, and takes the first of: NAA 6, NAA 5,
/// any other NAA, EUI-64, T10, "0" with vendor, product and the vendor specific designator; of each
/// a binary designator before one in ASCII, whatever its length and value. A page whose byte 6 is
/// not zero is one from before SPC-3: "3" and its bytes.
std::optional<std::string> name_by_scsi_id(scsi::ByteView page_83, const Maker& maker);
/// The same of the serial number of page 0x80: "S", vendor padded to 8, product padded to 16, serial.
std::string serial_name_by_scsi_id(std::string_view serial, const Maker& maker);

/// udev's rules of sg3-utils (55-scsi-sg3_id.rules): NAA 6, NAA 5, NAA 2, EUI-64, the whole SCSI
/// name behind an "8", T10, any other NAA, "0" with vendor, product and the vendor specific
/// designator.
std::optional<std::string> name_by_sg3_rules(const scsi::DeviceIdentification& page,
                                             const Maker& maker);
/// "S", vendor, "_", product, "_", serial.
std::string serial_name_by_sg3_rules(std::string_view serial, const Maker& maker);

/// All that is known of a unit that a rule could make a name of.
struct UnitFacts {
  Maker maker;
  scsi::ByteView page_83;                              ///< empty when there is none
  std::string_view serial;                             ///< of page 0x80; empty when there is none
  std::map<std::string, std::string> properties = {};  ///< udev's
  std::string kernel_wwid = {};                        ///< sysfs device/wwid
};

/// A name of the unit, and the rule that gives it in words ("scsi_id's rule for page 0x83").
struct GivenName {
  std::string name;
  std::string rule;

  auto operator<=>(const GivenName&) const = default;
};
/// All names, the best known rule first; a name may come twice. Beside the rules above: this
/// program's own, the kernel's, udev's properties ID_SERIAL, ID_UID, ID_WWN... and `uid_attributes`,
/// the bare serial number, and each designator of the unit in the forms that some version of
/// multipath-tools gave it.
std::vector<GivenName> given_names(const UnitFacts& facts,
                                   const std::vector<std::string>& uid_attributes);

}  // namespace multipath
