#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "libsg/command.h"
#include "libsg/sense.h"

namespace scsi {

/// How far a command came. Only `answered` has a SCSI status; every other value is a path that does
/// not work, and is shown in a listing as it is.
enum class Delivery {
  answered,         ///< the device gave a SCSI status
  timed_out,        ///< no answer within the command's time-out, or the deadline passed
  no_connection,    ///< the host adapter says that the target is not there (DID_NO_CONNECT,
                    ///< DID_BAD_TARGET)
  transport_error,  ///< any other host or driver status
  refused,          ///< the kernel did not take the command: see Response::os_error
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

/// What came back. A bad status is an answer, never an exception.
struct Response {
  Delivery delivery = Delivery::answered;
  Status status = Status::good;
  ByteVector data;   ///< only what was transferred: the residual count is already taken off
  ByteVector sense;  ///< as sent; decode_sense() reads it
  int os_error = 0;  ///< errno for `refused`
  int host_status =
      0;  ///< DID_* of include/scsi/scsi_status.h for `no_connection` and `transport_error`

  auto operator<=>(const Response&) const = default;

  /// GOOD, CONDITION MET, or CHECK CONDITION with RECOVERED ERROR or NO SENSE: the data is good.
  /// A deferred error is about an earlier command, and this one was not processed: not
  /// usable.
  bool usable() const;
};

/// "good", "check condition"...; "status 0x22" for one that is not listed.
std::string to_string(Status status);

/// "time-out", "not ready 04/0b", "no connection to the target", "No such device"...: for a person.
std::string to_string(const Response& response);

/// An open logical unit.
class LogicalUnit {
 public:
  virtual ~LogicalUnit() = default;
  virtual Response execute(const Command& command) = 0;
};

/// The way to logical units. Implementations may be used from several threads at a time; one
/// LogicalUnit belongs to one thread.
class Transport {
 public:
  virtual ~Transport() = default;

  /// Called while the process has one thread, before others open units. More than one call is no
  /// harm.
  virtual void prepare() {}

  /// `node` is the kernel's name of a block node ("sda") or of an sg node ("sg3").
  /// Throws std::system_error with the node in its text when it cannot be opened. Never waits for
  /// a device in error recovery where the kernel lets it (sg nodes).
  virtual std::unique_ptr<LogicalUnit> open(std::string_view node) = 0;
};

}  // namespace scsi
