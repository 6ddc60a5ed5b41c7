#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace multipath {

/// Where something stands in a configuration file. Lines and columns (bytes) count from 1.
struct Place {
  std::string file;
  std::uint32_t line = 0;
  std::uint32_t column = 0;

  auto operator<=>(const Place&) const = default;
};
/// "/etc/multipath.conf:3:7"
std::string to_string(const Place& place);

/// Something wrong in a configuration file, or worth knowing. An error makes the whole
/// configuration void; a warning does not.
struct Diagnostic {
  enum class Severity : std::uint8_t { warning, error };
  Severity severity = Severity::error;
  Place place;
  std::string token;    ///< as it stands in the file; any bytes, shortened when very long
  std::string what;     ///< one sentence without its dot
  std::string nearest;  ///< the word that was perhaps meant; often empty

  auto operator<=>(const Diagnostic&) const = default;
};
/// "/etc/multipath.conf:3:7: error: no keyword 'no_path_rety' in section defaults; did you mean
/// 'no_path_retry'?"
std::string to_string(const Diagnostic& diagnostic);

using Diagnostics = std::vector<Diagnostic>;
bool has_errors(const Diagnostics& diagnostics);

/// A token made fit for a message: 60 bytes at most, control bytes and quotes as '?'.
std::string quotable(std::string_view token);

/// The word that takes the fewest edits from `word`, if that is few enough for a slip of the
/// fingers; else "".
std::string nearest_word(std::string_view word, const std::vector<std::string_view>& words);

}  // namespace multipath
