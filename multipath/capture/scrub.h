#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "multipath/capture/capture.h"

namespace multipath {

/// The capture with other serial numbers, WWIDs, host names and addresses, so that it may be given
/// away. What was the same is the same again, so that paths still coalesce; every replacement has
/// the length and the kinds of characters of the original, and keeps its first four bytes where
/// these are an NAA format with the vendor's company id.
///
/// Replaced are: the designators of page 0x83 and the serial numbers of page 0x80, as bytes and as
/// hexadecimal text; udev's serial numbers and WWNs; the vendor specific bytes of INQUIRY data; `host_names`;
/// addresses of IPv4, IPv6 and Ethernet; names of iSCSI and NVMe; UUIDs of partitions, file systems, md, LVM and LUKS;
/// keys of persistent reservations; and the words of names that people gave (chosen_words()). Comments are
/// taken out. Vendor and product, sizes, states, names of files and kernel devices, and words that are on every
/// host stay.
///
/// `salt` decides the replacements: two captures scrubbed with one salt can be compared.
Capture scrub(const Capture& capture, std::uint64_t salt,
              const std::vector<std::string>& host_names);

}  // namespace multipath
