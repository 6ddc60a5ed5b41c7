#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "libsg/device_identification.h"
#include "multipath/config/hardware_table.h"
#include "multipath/model/wwid.h"

namespace multipath {

/// The WWID that a Device Identification page gives, or the reason why it gives none.
///
/// Only designators of the logical unit count. The best rank wins, the first of equals:
///
///     rank  designator                    WWID
///     8     NAA 6, 16 bytes               "3" hex
///     7     NAA 5, 8 bytes                "3" hex
///     6     NAA 2, 8 bytes                "3" hex
///     5     EUI-64 of 8, 12 or 16 bytes   "2" hex
///     4     SCSI name "eui." "naa."       "2" or "3", hex in lower case
///           SCSI name "iqn."              "8", text behind "iqn."
///     3     T10 vendor id                 "1", text, each run of blanks one "_", none at the end;
///                                         of binary code set: "1" hex
///     2     NAA 3 (locally assigned)      "3" hex
///     1     any other NAA, 8 bytes        "3" hex
///
/// Ranks 8 to 2 are those of multipath-tools' own reading of the page; rank 1 and the pre-SPC-3
/// page ("3" and the hex of its first 16 bytes) are scsi_id's. An identifier of zeros or blanks
/// only, a T10 identifier without a part behind the vendor, and text with other bytes than
/// [A-Za-z0-9#+.:=@_-] are passed over.
tl::expected<Wwid, std::string> wwid_of(const scsi::DeviceIdentification& page,
                                        Identification identification);

/// The rule applied to one designator: the WWID's text that it would give, or why it is passed
/// over.
struct JudgedDesignator {
  scsi::Designator designator;
  int rank = 0;  ///< 0: passed over
  std::string text;
  bool chosen = false;
};
/// The same decision as wwid_of(), with every designator of the page.
struct WwidChoice {
  std::vector<JudgedDesignator> designators;
  tl::expected<Wwid, std::string> wwid;
};
WwidChoice choose_wwid(const scsi::DeviceIdentification& page, Identification identification);

/// Bytes as hex digits in lower case.
std::string hex(scsi::ByteView bytes);

/// "S", vendor padded to 8, product padded to 16 and the serial number, each run of blanks one "_":
/// as scsi_id does.
tl::expected<Wwid, std::string> wwid_of_serial_number(std::string_view vendor,
                                                      std::string_view product,
                                                      std::string_view serial_number);

}  // namespace multipath
