#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "libsg/command.h"
#include "libsg/sense.h"

namespace scsi {

/// Whether the device answered a command. Only `answered` has a SCSI status; with every other value
/// the path does not work.
enum class Delivery {
  answered,         ///< the device returned a SCSI status
  timed_out,        ///< no answer within the command's time-out, or the deadline passed
  no_connection,    ///< the host adapter does not reach the target (DID_NO_CONNECT,
                    ///< DID_BAD_TARGET)
  transport_error,  ///< any other host or driver status
  refused,          ///< the kernel rejected the command: see Response::os_error
};

/// SCSI status byte (SAM-5 5.3.1).
enum class Status : std::uint8_t {
  good = 0x00,
  check_condition = 0x02,
  condition_met = 0x04,
  busy = 0x08,
  reservation_conflict = 0x18,
  task_set_full = 0x28,
  aca_active = 0x30,
  task_aborted = 0x40,
};

/// The result of a command. An error status is a result, not an exception.
struct Response {
  Delivery delivery = Delivery::answered;
  Status status = Status::good;
  ByteVector data;   ///< transferred bytes, without the residual count
  ByteVector sense;  ///< raw; see decode_sense()
  int os_error = 0;  ///< errno for `refused`
  /// DID_* of include/scsi/scsi_status.h for `no_connection` and `transport_error`.
  int host_status = 0;

  auto operator<=>(const Response&) const = default;

  /// Is the data valid? Yes for GOOD, CONDITION MET, and CHECK CONDITION with RECOVERED ERROR or NO
  /// SENSE. No for a deferred error: it belongs to an earlier command, and the device did not
  /// process this one.
  bool usable() const;
};

/// "good", "check condition"...; "status 0x22" for an unknown status.
std::string to_string(Status status);

/// "time-out", "not ready 04/0b", "no connection to the target", "No such device"..., for messages.
std::string to_string(const Response& response);

/// An open logical unit.
class LogicalUnit {
 public:
  virtual ~LogicalUnit() = default;
  virtual Response execute(const Command& command) = 0;
};

/// Opens logical units. Thread-safe; a LogicalUnit is used by one thread.
class Transport {
 public:
  virtual ~Transport() = default;

  /// Must be called while the process has a single thread, before threads open units. May be called
  /// repeatedly.
  virtual void prepare() {}

  /// `node` is the kernel name of a block device ("sda") or of an sg device ("sg3"). Throws
  /// std::system_error with the node in its text if the open fails. For sg devices, does not wait
  /// for a device in error recovery.
  virtual std::unique_ptr<LogicalUnit> open(std::string_view node) = 0;
};

}  // namespace scsi
