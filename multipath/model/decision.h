#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <vector>

namespace multipath {

/// One candidate of several that a step examined in order: a rule, a designator.
struct Attempt {
  std::string what;       ///< "wwid \"^3600\""
  std::string result;     ///< "no match"
  std::string origin;     ///< file and line; empty when the candidate comes from the device
  bool built_in = false;  ///< part of the program: a listing may skip it unless it matched

  auto operator<=>(const Attempt&) const = default;
};

/// A step on the way from a disk to a map: the fact examined, the verdict and its origin.
struct Decision {
  enum class Verdict : std::uint8_t {
    pass,  ///< no objection to a map
    stop,  ///< no map
    note,  ///< information only
  };
  std::string step;  ///< "hardware table", "find_multipaths"
  Verdict verdict = Verdict::note;
  std::string fact;    ///< one sentence without the full stop
  std::string origin;  ///< the line, row or default that decided; empty when a fact alone did
  std::vector<std::string> remedies = {};  ///< alternatives that reverse the verdict
  std::vector<Attempt> attempts = {};

  auto operator<=>(const Decision&) const = default;
};
/// A decision that does not end the way.
Decision passed(std::string step, std::string fact, std::string origin = "");
/// A decision that ends the way: no map. `remedies` reverse it, each on its own.
Decision stopped(std::string step, std::string fact, std::vector<std::string> remedies = {},
                 std::string origin = "");
/// A fact that decides nothing.
Decision noted(std::string step, std::string fact, std::string origin = "");

/// "pass", "stop", "note"
std::string to_string(Decision::Verdict verdict);

/// The first decision with the verdict `stop`; nullptr when there is none.
const Decision* first_stop(const std::vector<Decision>& decisions);

}  // namespace multipath
