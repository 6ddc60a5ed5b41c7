#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "multipath/command/context.h"
#include "multipath/config/configuration.h"
#include "multipath/view/config_text.h"

namespace multipath {

/// --last-good: a command that stops at errors uses the last configuration without errors.
enum class UseLastGood : bool { no, yes };

/// The configuration that a command uses; nothing if it has errors and the command stops at them,
/// as the row of the verb, or of the packaged tool's option, decides. Reports errors on stderr, one
/// a line, and then what applies instead; without errors, the warnings, if the row of the command
/// prints them. With Verbosity::everything, reports all of both and the notes. No verbosity: that of
/// the configuration. A configuration without errors is copied to `last_good_file`, where the
/// context may do so.
std::optional<Configuration> load_configuration_or_report(Context& context,
                                                          std::string_view command,
                                                          std::optional<Verbosity> verbosity,
                                                          UseLastGood last_good = UseLastGood::no);

/// Which part of the hardware table is shown.
enum class ShownHardware : std::uint8_t { all, present };

/// Prints the configuration in force: -t (all) and -T (present).
void print_configuration(Context& context, const Configuration& configuration,
                         ConfigurationView::Origins origins, ShownHardware hardware);

/// The same as JSON, with what decided each value.
void print_configuration_json(Context& context, const Configuration& configuration,
                              ShownHardware hardware);

}  // namespace multipath
