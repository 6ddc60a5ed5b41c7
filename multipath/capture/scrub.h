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
/// hexadecimal text; udev's serial numbers and WWNs; `host_names`; addresses of IPv4, IPv6 and
/// Ethernet; iSCSI names. Vendor and product, sizes, states, names of files and maps stay; so do
/// comments and aliases in configuration files, which their owner should read before giving away.
///
/// `salt` decides the replacements: two captures scrubbed with one salt can be compared.
Capture scrub(const Capture& capture, std::uint64_t salt,
              const std::vector<std::string>& host_names);

}  // namespace multipath
