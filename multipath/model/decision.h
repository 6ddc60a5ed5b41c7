#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <vector>

namespace multipath {

/// One of several things that a step looked at in order: a rule, a designator.
struct Attempt {
  std::string what;       ///< "wwid \"^3600\""
  std::string result;     ///< "no match"
  std::string origin;     ///< where it is written; empty when it comes from the device
  bool built_in = false;  ///< comes with the program: a reader may skip it unless it matched

  auto operator<=>(const Attempt&) const = default;
};

/// A step on the way from a disk to a map: the fact that was looked at, what it decided, and what
/// decided so.
struct Decision {
  enum class Verdict : std::uint8_t {
    pass,  ///< nothing against a map
    stop,  ///< here it ends: no map
    note,  ///< decides nothing
  };
  std::string step;  ///< "hardware table", "find_multipaths"
  Verdict verdict = Verdict::note;
  std::string fact;    ///< one sentence without its dot
  std::string origin;  ///< the line, row or default that decided; empty when a fact alone did
  std::vector<std::string> remedies = {};  ///< what gives the other answer; each stands alone
  std::vector<Attempt> attempts = {};

  auto operator<=>(const Decision&) const = default;
};
/// "pass", "stop", "note"
std::string to_string(Decision::Verdict verdict);

/// The first that stops; nullptr when none does.
const Decision* first_stop(const std::vector<Decision>& decisions);

}  // namespace multipath
