#pragma once

#include <cstdint>

#include "multipath/command/context.h"
#include "multipath/view/config_text.h"

namespace multipath {

/// Which part of the hardware table is shown.
enum class ShownHardware : std::uint8_t { all, present };

/// Prints the configuration in force: -t (all) and -T (present).
void print_configuration(Context& context, const Configuration& configuration,
                         ConfigurationView::Origins origins, ShownHardware hardware);

/// The same as JSON, with what decided each value.
void print_configuration_json(Context& context, const Configuration& configuration,
                              ShownHardware hardware);

}  // namespace multipath
