#pragma once

#include <sys/uio.h>

#include <cstdint>
#include <optional>
#include <vector>

#include "tests/lab/tcmu/bytes.h"

namespace tcmu {

// A SCSI command as the kernel hands it over. The data segments lie in the shared ring and stay
// ours until the command is completed.
struct Command {
  std::uint16_t id;
  Bytes cdb;
  std::vector<iovec> data;

  std::uint8_t opcode() const { return cdb[0]; }
};

enum class Residual : bool { hidden, told };

// What goes back. `transferred` is the number of bytes put into the command's segments; nothing for
// commands that return no data. A hidden residual makes the initiator believe that all it asked for
// came.
struct Answer {
  std::uint8_t status = 0;
  Bytes sense = {};
  std::optional<std::size_t> transferred = std::nullopt;
  Residual residual = Residual::told;
};

// SPC-5 4.4.3: CHECK CONDITION with fixed format sense data.
Answer check_condition(std::uint8_t key, std::uint8_t asc, std::uint8_t ascq);

std::size_t capacity(const Command& command);

// Copies as much of the bytes as the command has room for; the rest of the room becomes zeros.
std::size_t scatter(const Command& command, const Bytes& bytes);

}  // namespace tcmu
