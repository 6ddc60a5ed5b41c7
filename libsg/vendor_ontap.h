#pragma once

#include <chrono>

#include <tl/expected.hpp>

#include "libsg/ask.h"
#include "libsg/bytes.h"

namespace scsi {

/// How a path reaches a NetApp filer: the answer to its vendor command 0xc0 (get vendor
/// attributes), page 0x41:
///
///     byte 0..3    length of the answer
///     byte 4..7    0a 98 0a 01
///     byte 8       page 0x41, byte 12 on: name of the filer's target driver
enum class OntapProtocol : std::uint8_t { other, iscsi_hardware, iscsi_software };

inline constexpr std::uint8_t ontap_protocol_page = 0x41;

Command ontap_vendor_attributes(std::uint8_t page, std::size_t allocation_length,
                                std::chrono::milliseconds timeout);

/// "ism_sw" and "iswt" are iSCSI in software, "ism_sn" by an adapter; any other name, another page
/// or an answer without a page is `other` (FCP). Malformed: without the eight bytes at its
/// beginning.
tl::expected<OntapProtocol, Malformed> decode_ontap_protocol(ByteView data);

/// Whether a path goes through the partner of the filer that has the unit: vendor VPD page 0xc1,
/// byte 8..13 0a 98 0a 00 c1 00, byte 19 0x02.
enum class OntapProxy : bool { no, yes };

inline constexpr std::uint8_t ontap_proxy_page = 0xc1;

tl::expected<OntapProxy, Malformed> decode_ontap_proxy(ByteView page);

}  // namespace scsi
