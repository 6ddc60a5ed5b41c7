#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tests/lab/tcmu/command.h"

namespace tcmu {

enum class Verb {
  answer,
  hang,
  slow,
  shorten,
  pad,
  status,
  sense,
  raw_sense,
  recovered,
  garbage,
  page,
  rotate,
};

// What a device does instead of answering properly; the grammar is that of tests/lab/tcmu/README.
struct Action {
  Verb verb = Verb::answer;
  std::uint64_t number = 0;  // milliseconds, bytes, status or page
  Bytes bytes = {};          // key, asc, ascq; or the whole sense data
};

// The text of a device's file `behaviour`, and how often each of its lines has been followed.
class Behaviour {
 public:
  Behaviour() = default;
  // Throws std::runtime_error naming the line that is not in the grammar.
  explicit Behaviour(std::string text);

  const std::string& text() const { return text_; }
  // What the first line that matches says; counts it. A look does not count.
  Action follow(const Command& command);
  Action look(const Command& command) const;

 private:
  struct Line {
    std::string match;
    Action action;
    std::optional<std::uint64_t> times_left;
  };
  static Line parse(const std::string& text);
  static bool matches(const std::string& match, const Command& command);

  std::string text_;
  std::vector<Line> lines_;
};

}  // namespace tcmu
