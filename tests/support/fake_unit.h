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

/// A logical unit in memory: what it is, what is wrong with it, and what it was asked.
/// It reads CDBs as a device does, so that a wrong one gets ILLEGAL REQUEST and a small allocation
/// length cuts the answer.
class FakeUnit {
 public:
  // What it is.
  scsi::ByteVector inquiry;                        ///< standard INQUIRY data
  std::map<std::uint8_t, scsi::ByteVector> pages;  ///< VPD pages by code, header included
  std::optional<scsi::ByteVector> target_port_groups;
  bool ready = true;                              ///< TEST UNIT READY; else NOT READY 04/03
  std::optional<scsi::Response> test_unit_ready;  ///< what it gets instead

  // What is wrong with it.
  int unit_attentions = 0;               ///< so many commands are answered with 29/00 first
  int deferred_errors = 0;               ///< and so many with a deferred error
  std::optional<scsi::Response> always;  ///< what every command gets: a dead path
  /// From that number of commands on, each gets this: a path that dies.
  std::optional<std::pair<std::size_t, scsi::Response>> after;
  std::optional<std::size_t> transfer_limit;        ///< no answer is longer: a residual
  std::optional<std::size_t> longest_allocation;    ///< ILLEGAL REQUEST 24/00 above
  std::optional<scsi::ByteVector> sense_with_data;  ///< CHECK CONDITION, but the data comes, too
  /// Called before each command is looked at; one that does not return is a device that hangs.
  std::function<void()> delay;
  /// Changes an answer's data before it is cut; gets the number of the command, from 0.
  std::function<void(std::size_t number, scsi::ByteVector& data)> tamper;

  // What it was asked.
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

/// Nodes by name. A node that is not there cannot be opened (ENXIO).
/// Different units may be used by different threads at a time, as with the real transport.
/// The destructor waits until every unit that was opened is closed: a thread that nobody waits for
/// any more may still be asking one.
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

/// What hung devices wait for: until release(), or the end of this.
class Hang {
 public:
  Hang() : gate_(std::make_shared<Gate>()) {}
  Hang(const Hang&) = delete;
  Hang& operator=(const Hang&) = delete;
  ~Hang() { release(); }

  /// For FakeUnit::delay.
  std::function<void()> delay() const;
  void release();
  /// How many wait.
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
