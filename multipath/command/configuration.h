#pragma once

#include <optional>
#include <string_view>

#include "multipath/command/context.h"
#include "multipath/config/configuration.h"

namespace multipath {

/// --last-good: a command that stops at errors goes on by the last configuration without.
enum class LastGoodAsked : bool { no, yes };

/// The configuration that a command goes by; nothing when it has errors and the command stops at
/// them (configuration_use.h decides, by the command's name). Reports errors on stderr, one a line,
/// and then what applies instead; warnings from verbosity 3 on. A configuration without errors is
/// copied to `last_good_file`, where the context may do so.
std::optional<Configuration> load_configuration_or_tell(
    Context& context, std::string_view command, int verbosity,
    LastGoodAsked last_good = LastGoodAsked::no);

}  // namespace multipath
