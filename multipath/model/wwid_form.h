#pragma once

#include <string_view>

namespace multipath {

/// Does a text look like the WWID that scsi_id, udev or the kernel derives from an identifier? Then it
/// is taken for a WWID on a host that has no path to the unit. Names of devices and maps hardly ever
/// look like one.
///
///   "3", "2"                  and 16 or more hexadecimal digits: NAA, EUI-64 (SPC-5 7.7.6.5, 7.7.6.6)
///   "1", "8", "0"             and 9 or more characters, the first 8 a vendor's or a prefix: T10 vendor
///                             id, SCSI name string, vendor specific
///   "S"                       and 15 or more characters: vendor, product and serial number
///   "eui.", "nvme.", "uuid."  a namespace: drivers/nvme/host/sysfs.c, wwid_show
///   "IBM.75000000092461.4d00.8a"  a DASD: drivers/s390/block/dasd_devmap.c, dasd_uid_show
bool has_form_of_wwid(std::string_view text);

}  // namespace multipath
