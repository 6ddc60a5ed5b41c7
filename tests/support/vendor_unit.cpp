#include "tests/support/vendor_unit.h"

#include <algorithm>

#include "tests/support/scsi_bytes.h"

namespace tests {

scsi::Response VendorUnit::read(const scsi::Command& command,
                                const scsi::Response& response) const {
  scsi::Response result = response;
  if (result.usable()) result.data.resize(std::min(block_length, command.allocation_length));
  return result;
}

scsi::Response VendorUnit::execute(const scsi::Command& command) {
  journal.push_back(command);
  if (!before.empty()) {
    scsi::Response response = std::move(before.front());
    before.erase(before.begin());
    return response;
  }
  switch (command.cdb.at(0)) {
    case 0x28:
      return read(command, read_10);
    case 0x88:
      return read(command, read_16);
    case 0xc0:
      break;
    default:
      return unit_.execute(command);
  }
  if (!attributes) return check_condition(fixed_sense(scsi::SenseKey::illegal_request, 0x20, 0));
  scsi::Response response;
  response.data = *attributes;
  if (response.data.size() > command.allocation_length)
    response.data.resize(command.allocation_length);
  return response;
}

scsi::ByteVector rdac_page(std::initializer_list<int> bytes_8_to_13) {
  ByteVector body = concat(bytes("vac1"), bytes(bytes_8_to_13));
  body.resize(0x2c);
  return vpd_page(0xc9, body);
}

scsi::ByteVector clariion_page(int state, int owner, int asked) {
  ByteVector page(0x80);
  page[1] = 0xc0;
  page[3] = 0x7c;
  page[4] = static_cast<std::uint8_t>(state);
  page[5] = static_cast<std::uint8_t>(owner);
  page[8] = static_cast<std::uint8_t>(asked);
  for (std::size_t i = 0; i < 16; ++i) page[10 + i] = static_cast<std::uint8_t>(0x60 + i);
  page[27] = 0x03;
  page[28] = 0x04;
  page[30] = 0x04;
  return page;
}

}  // namespace tests
