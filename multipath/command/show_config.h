#pragma once

#include <string>
#include <vector>

#include "multipath/command/context.h"
#include "multipath/command/exit_status.h"
#include "multipath/view/config_text.h"

namespace multipath {

/// Which part of the hardware table is shown.
enum class ShownHardware : std::uint8_t { all, present };

/// Prints the configuration in force: -t (all) and -T (present).
void print_configuration(Context& context, const Configuration& configuration,
                         ConfigurationView::Origins origins, ShownHardware hardware);

/// "show config"
ExitStatus run_show_config(Context& context, const std::vector<std::string>& words);

}  // namespace multipath
