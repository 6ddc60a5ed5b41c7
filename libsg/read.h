#pragma once

#include <chrono>
#include <cstdint>

#include "libsg/command.h"
#include "libsg/transport.h"

namespace scsi {

Command read_10(std::uint32_t block, std::uint16_t blocks, std::size_t allocation_length,
                std::chrono::milliseconds timeout);  ///< SBC-4 5.13
Command read_16(std::uint64_t block, std::uint32_t blocks, std::size_t allocation_length,
                std::chrono::milliseconds timeout);  ///< SBC-4 5.16

/// Reads the first block: the medium is there, not only the port. READ (10), and READ (16) where
/// the unit does not know the former (host managed zoned disks need not). Room for 4096 bytes is
/// given, whatever the block's size is: a smaller one leaves a residual. Where the target rejects
/// that, exactly 512 bytes are asked for once more. Past UNIT ATTENTION, as
/// execute_past_unit_attention.
Response read_first_block(LogicalUnit& unit, std::chrono::milliseconds timeout);

}  // namespace scsi
