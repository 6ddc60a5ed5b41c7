#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <utility>

#include "tests/lab/tcmu/behaviour.h"
#include "tests/lab/tcmu/command.h"

namespace tcmu {

// A disk made of the files of a directory, all of them read again for each command
// (tests/lab/tcmu/README).
class Disk {
 public:
  explicit Disk(std::filesystem::path directory) : directory_(std::move(directory)) {}

  // What the device is to do about the command now. `follow` counts the line used up, `look` does
  // not.
  Action follow(const Command& command);
  Action look(const Command& command);

  // Carries the action out. Verb::hang and Verb::slow are the caller's: here they mean a proper
  // answer.
  Answer answer(const Command& command, const Action& action);

 private:
  void refresh_behaviour();
  Answer proper_answer(const Command& command) const;
  Answer data_answer(const Command& command, const Action& action);
  std::optional<Bytes> data_of(const Command& command,
                               std::optional<std::uint8_t> other_page) const;
  std::optional<Bytes> next_in_turn(const Command& command);
  Bytes page(std::uint8_t code) const;
  Bytes supported_pages() const;
  Bytes capacity_data(const Command& command) const;
  Bytes mode_data(const Command& command) const;
  Answer transfer(const Command& command) const;
  std::uint64_t size() const;
  bool is_read_only() const;

  std::filesystem::path directory_;
  Behaviour behaviour_;
  std::map<std::uint8_t, unsigned> turns_;
};

}  // namespace tcmu
