#pragma once

#include "libsg/transport.h"

namespace scsi {

/// What the kernel's pass-through reports beside the bytes, as it reports it: nothing here is
/// trusted to be within bounds.
struct PassThroughResult {
  int os_error = 0;            ///< errno of the system call, 0 when the kernel took the command
  int host_status = 0;         ///< DID_*
  bool driver_failed = false;  ///< a driver status other than "there is sense data"
  int status = 0;              ///< SCSI status byte
  int residual = 0;            ///< bytes of `data` that were not transferred
  int sense_length = 0;        ///< bytes of `sense` that were written

  auto operator<=>(const PassThroughResult&) const = default;
};

/// What came back, out of the result and the two whole buffers. A residual or a sense length
/// outside of its buffer is clamped to it; data of a command that was not answered is dropped.
Response to_response(const PassThroughResult& result, ByteVector data, ByteVector sense);

}  // namespace scsi
