#pragma once

#include <optional>

#include "tests/support/fake_unit.h"

namespace tests {

/// An opened logical unit for checkers and prioritizers: a FakeUnit that supports READ and NetApp's
/// vendor command.
class VendorUnit final : public scsi::LogicalUnit {
 public:
  explicit VendorUnit(FakeUnit unit) : unit_(std::move(unit)) {}

  scsi::Response read_10;                      ///< response to READ (10); data if it is GOOD
  scsi::Response read_16;                      ///< response to READ (16)
  std::size_t block_length = 512;              ///< of the data of a successful READ
  std::optional<scsi::ByteVector> attributes;  ///< response to vendor command 0xc0
  std::vector<scsi::Response> before;          ///< responses to the next commands, in order

  std::vector<scsi::Command> journal;

  scsi::Response execute(const scsi::Command& command) override;
  FakeUnit& unit() { return unit_; }

 private:
  scsi::Response read(const scsi::Command& command, const scsi::Response& response) const;

  FakeUnit unit_;
};

/// Page 0xc9 of an RDAC array with the given bytes 8 to 13.
scsi::ByteVector rdac_page(std::initializer_list<int> bytes_8_to_13);

/// Page 0xc0 of a CLARiiON in failover mode 1: a unit in that state (2 owned), asked through
/// `asked` and owned by `owner` by default.
scsi::ByteVector clariion_page(int state, int owner, int asked);

}  // namespace tests
