#pragma once

#include <optional>

#include "tests/support/fake_unit.h"

namespace tests {

/// A logical unit for checkers and prioritizers: a FakeUnit that can be read, and that knows
/// NetApp's vendor command. Opened, so to speak.
class VendorUnit final : public scsi::LogicalUnit {
 public:
  explicit VendorUnit(FakeUnit unit) : unit_(std::move(unit)) {}

  scsi::Response read_10;                      ///< what READ (10) gets; else its data
  scsi::Response read_16;                      ///< and READ (16)
  std::size_t block_length = 512;              ///< of what a good read transfers
  std::optional<scsi::ByteVector> attributes;  ///< answer to vendor command 0xc0
  std::vector<scsi::Response> before;          ///< what the next commands get first, in turn

  std::vector<scsi::Command> journal;

  scsi::Response execute(const scsi::Command& command) override;
  FakeUnit& unit() { return unit_; }

 private:
  scsi::Response read(const scsi::Command& command, const scsi::Response& response) const;

  FakeUnit unit_;
};

/// Page 0xc9 of an RDAC array with these bytes 8 to 13.
scsi::ByteVector rdac_page(std::initializer_list<int> bytes_8_to_13);

/// Page 0xc0 of a CLARiiON in failover mode 1: a unit in that state (2 owned), asked through `asked`
/// and owned by `owner` by default.
scsi::ByteVector clariion_page(int state, int owner, int asked);

}  // namespace tests
