#pragma once

#include <span>
#include <string_view>

#include "multipath/run/load_configuration.h"

namespace multipath {

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
