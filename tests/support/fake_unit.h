#pragma once

#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "libsg/transport.h"

namespace tests {

/// A logical unit in memory with its data, faults and journal. It decodes CDBs as a device does: a
/// wrong CDB gets ILLEGAL REQUEST, and a small allocation length truncates the response.
class FakeUnit {
 public:
  // Data.
  scsi::ByteVector inquiry;                        ///< standard INQUIRY data
  std::map<std::uint8_t, scsi::ByteVector> pages;  ///< VPD pages by code, header included
  std::optional<scsi::ByteVector> target_port_groups;
  bool ready = true;                              ///< TEST UNIT READY; else NOT READY 04/03
  std::optional<scsi::Response> test_unit_ready;  ///< replaces that response

  // Faults.
  int unit_attentions = 0;               ///< number of commands that get 29/00 first
  int deferred_errors = 0;               ///< number of commands that then get a deferred error
  std::optional<scsi::Response> always;  ///< response to every command: a dead path
  /// Response to every command from that number on: a path that dies.
  std::optional<std::pair<std::size_t, scsi::Response>> after;
  std::optional<std::size_t> transfer_limit;        ///< truncates responses, with a residual
  std::optional<std::size_t> longest_allocation;    ///< ILLEGAL REQUEST 24/00 above
  std::optional<scsi::ByteVector> sense_with_data;  ///< CHECK CONDITION together with the data
  /// Called before each command; a call that does not return is a hung device.
  std::function<void()> delay;
  /// Changes a response's data before truncation; gets the number of the command, from 0.
  std::function<void(std::size_t number, scsi::ByteVector& data)> tamper;

  // Journal.
  std::vector<scsi::Command> journal;

  scsi::Response execute(const scsi::Command& command);

 private:
  scsi::Response obey(const scsi::Command& command);
  scsi::Response send(const scsi::Command& command, scsi::ByteVector data) const;
};

scsi::Response check_condition(scsi::ByteVector sense);
scsi::Response not_delivered(scsi::Delivery delivery, int host_status = 0);

/// A disk with the pages 0x00, 0x80 and 0x83 (one NAA designator out of `naa`).
FakeUnit fake_disk(std::string_view vendor, std::string_view product, std::string_view serial,
                   scsi::ByteVector naa);

/// Nodes by name. Opening a missing node fails (ENXIO). As with the real transport, different
/// threads may use different units. The destructor waits until every opened unit is closed, as an
/// abandoned thread may still be using one.
class FakeTransport : public scsi::Transport {
 public:
  std::map<std::string, FakeUnit, std::less<>> units;

  FakeTransport() = default;
  FakeTransport(const FakeTransport&) = delete;
  FakeTransport& operator=(const FakeTransport&) = delete;
  ~FakeTransport() override;

  std::unique_ptr<scsi::LogicalUnit> open(std::string_view node) override;

 private:
  class OpenUnit;
  std::mutex mutex_;
  std::condition_variable closed_;
  int open_units_ = 0;
};

/// Blocks hung devices until release() or destruction.
class Hang {
 public:
  Hang() : gate_(std::make_shared<Gate>()) {}
  Hang(const Hang&) = delete;
  Hang& operator=(const Hang&) = delete;
  ~Hang() { release(); }

  /// For FakeUnit::delay.
  std::function<void()> delay() const;
  void release();
  /// The number of waiting threads.
  int waiting() const;

 private:
  struct Gate {
    std::mutex mutex;
    std::condition_variable opened;
    bool open = false;
    int waiting = 0;
  };
  std::shared_ptr<Gate> gate_;
};

}  // namespace tests
