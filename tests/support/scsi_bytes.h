#pragma once

#include <initializer_list>
#include <string_view>

#include "libsg/device_identification.h"
#include "libsg/inquiry.h"
#include "libsg/sense.h"
#include "libsg/target_port_groups.h"

/// Encodes the data that devices send, the inverse of libsg's decoders.
namespace tests {

using scsi::ByteVector;
using scsi::ByteView;

ByteVector bytes(std::initializer_list<int> values);
ByteVector bytes(std::string_view text);
ByteVector concat(ByteVector left, const ByteVector& right);

/// `text`, padded with blanks or truncated to `length`.
ByteVector text_field(std::string_view text, std::size_t length);

/// The 36 bytes of standard INQUIRY data.
ByteVector encode(const scsi::StandardInquiry& inquiry);

/// A disk's answer to the standard INQUIRY.
ByteVector inquiry_data(std::string_view vendor, std::string_view product,
                        std::string_view revision = "0001");

/// Header with the length of `body`, then `body`.
ByteVector vpd_page(int code, const ByteVector& body);

ByteVector encode(const scsi::Designator& designator);
ByteVector device_identification_page(const std::vector<scsi::Designator>& designators);

/// A designator of the logical unit: binary, or ASCII if `bytes` is text.
scsi::Designator designator(scsi::DesignatorType type, ByteVector bytes);
scsi::Designator designator(scsi::DesignatorType type, std::string_view text);

ByteVector fixed_sense(scsi::SenseKey key, int asc = 0, int ascq = 0);
ByteVector descriptor_sense(scsi::SenseKey key, int asc = 0, int ascq = 0);
ByteVector deferred(ByteVector sense);

enum class TargetPortGroupsHeader { length_only, extended };
ByteVector target_port_groups_data(
    const std::vector<scsi::TargetPortGroup>& groups,
    TargetPortGroupsHeader header = TargetPortGroupsHeader::length_only);

}  // namespace tests
