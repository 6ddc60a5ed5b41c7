#pragma once

#include <compare>
#include <cstdint>
#include <string>

namespace multipath {

/// Something a person should know, found on the way; it goes to stderr, and into JSON.
struct Finding {
  enum class Severity : std::uint8_t { note, warning, error };
  Severity severity = Severity::warning;
  std::string subject;  ///< device, map or file: "sdq", "mpatha"
  std::string text;     ///< what was tried, why it failed, the remedy; no final dot

  auto operator<=>(const Finding&) const = default;
};

/// "sdq: page 0x83 has no designator of the logical unit"
std::string to_string(const Finding& finding);

}  // namespace multipath
