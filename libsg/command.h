#pragma once

#include <chrono>

#include "libsg/bytes.h"
#include "libsg/vital_product_data.h"

namespace scsi {

/// A command that only reads: CDB, how many bytes may come back, and how long the device may take.
struct Command {
  ByteVector cdb;
  std::size_t allocation_length = 0;
  std::chrono::milliseconds timeout{0};

  auto operator<=>(const Command&) const = default;
};

Command inquiry(std::size_t allocation_length, std::chrono::milliseconds timeout);  ///< SPC-5 6.7
Command inquiry_vpd(std::uint8_t page, std::size_t allocation_length,
                    std::chrono::milliseconds timeout);      ///< SPC-5 6.7, EVPD
Command test_unit_ready(std::chrono::milliseconds timeout);  ///< SPC-5 6.49
Command report_target_port_groups(std::size_t allocation_length,
                                  std::chrono::milliseconds timeout);  ///< SPC-5 6.36

}  // namespace scsi
