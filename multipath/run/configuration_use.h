#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace multipath {

/// What a command goes by when the configuration has errors.
enum class WithErrors : std::uint8_t {
  last_good,  ///< the last configuration without errors; without one, built-in settings for units of the wwids file
  stop,       ///< nothing is done; with --last-good as last_good
  unread,     ///< it does not read the configuration
};

/// A row of the table in multipath(8), "Errors in the configuration". Nothing else decides.
struct ConfigurationUse {
  std::string_view
      command;  ///< a verb, "-x" for a letter, "multipath" for the program without a letter of a job
  WithErrors with_errors;
};
std::span<const ConfigurationUse> configuration_uses();

/// Throws std::logic_error for a command that the table does not have.
WithErrors with_errors(std::string_view command);

}  // namespace multipath
