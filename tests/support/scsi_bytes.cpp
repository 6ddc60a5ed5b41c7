#include "tests/support/scsi_bytes.h"

#include <utility>

namespace tests {

namespace {

std::uint8_t byte(std::size_t number) { return static_cast<std::uint8_t>(number); }

ByteVector big_endian(std::size_t number, int length) {
  ByteVector result;
  for (int index = length - 1; index >= 0; --index) result.push_back(byte(number >> (8 * index)));
  return result;
}

ByteVector operator+(ByteVector left, const ByteVector& right) {
  return concat(std::move(left), right);
}

template <typename Enum>
std::uint8_t value(Enum enumerator) {
  return static_cast<std::uint8_t>(enumerator);
}

}  // namespace

ByteVector bytes(std::initializer_list<int> values) {
  return ByteVector(values.begin(), values.end());
}

ByteVector bytes(std::string_view text) { return ByteVector(text.begin(), text.end()); }

ByteVector concat(ByteVector left, const ByteVector& right) {
  left.insert(left.end(), right.begin(), right.end());
  return left;
}

ByteVector text_field(std::string_view text, std::size_t length) {
  ByteVector field = bytes(text.substr(0, length));
  field.resize(length, ' ');
  return field;
}

ByteVector encode(const scsi::StandardInquiry& inquiry) {
  ByteVector data(8);
  data[0] = byte(inquiry.peripheral_qualifier << 5 | inquiry.peripheral_type);
  data[1] = inquiry.removable ? 0x80 : 0;
  data[2] = inquiry.version;
  data[3] = 0x02;    // RESPONSE DATA FORMAT
  data[4] = 36 - 5;  // ADDITIONAL LENGTH
  data[5] = byte(value(inquiry.tpgs) << 4);
  return data + text_field(inquiry.vendor, 8) + text_field(inquiry.product, 16) +
         text_field(inquiry.revision, 4);
}

ByteVector inquiry_data(std::string_view vendor, std::string_view product,
                        std::string_view revision) {
  scsi::StandardInquiry inquiry;
  inquiry.version = 6;
  inquiry.vendor = vendor;
  inquiry.product = product;
  inquiry.revision = revision;
  return encode(inquiry);
}

ByteVector vpd_page(int code, const ByteVector& body) {
  return bytes({0, code}) + big_endian(body.size(), 2) + body;
}

ByteVector encode(const scsi::Designator& designator) {
  ByteVector header(4);
  header[0] = byte(designator.protocol.value_or(0) << 4 | value(designator.code_set));
  header[1] = byte((designator.protocol ? 0x80 : 0) | value(designator.association) << 4 |
                   value(designator.type));
  header[3] = byte(designator.bytes.size());
  return header + designator.bytes;
}

ByteVector device_identification_page(const std::vector<scsi::Designator>& designators) {
  ByteVector body;
  for (const auto& one : designators) body = std::move(body) + encode(one);
  return vpd_page(0x83, body);
}

scsi::Designator designator(scsi::DesignatorType type, ByteVector bytes) {
  scsi::Designator result;
  result.type = type;
  result.code_set = scsi::CodeSet::binary;
  result.bytes = std::move(bytes);
  return result;
}

scsi::Designator designator(scsi::DesignatorType type, std::string_view text) {
  scsi::Designator result = designator(type, bytes(text));
  result.code_set = scsi::CodeSet::ascii;
  return result;
}

ByteVector fixed_sense(scsi::SenseKey key, int asc, int ascq) {
  ByteVector sense(18);
  sense[0] = 0x70;
  sense[2] = value(key);
  sense[7] = 18 - 8;  // ADDITIONAL SENSE LENGTH
  sense[12] = static_cast<std::uint8_t>(asc);
  sense[13] = static_cast<std::uint8_t>(ascq);
  return sense;
}

ByteVector descriptor_sense(scsi::SenseKey key, int asc, int ascq) {
  return bytes({0x72, value(key), asc, ascq, 0, 0, 0, 0});
}

ByteVector deferred(ByteVector sense) {
  sense.at(0) |= 1;
  return sense;
}

ByteVector target_port_groups_data(const std::vector<scsi::TargetPortGroup>& groups,
                                   TargetPortGroupsHeader header) {
  ByteVector body;
  if (header == TargetPortGroupsHeader::extended) body = bytes({0x10, 0, 0, 0});
  for (const auto& group : groups) {
    body = std::move(body) + bytes({(group.preferred ? 0x80 : 0) | value(group.state), 0}) +
           big_endian(group.id, 2) +
           bytes({0, group.status_code, 0, static_cast<int>(group.relative_ports.size())});
    for (const auto port : group.relative_ports) body = std::move(body) + big_endian(port, 4);
  }
  return big_endian(body.size(), 4) + body;
}

}  // namespace tests
