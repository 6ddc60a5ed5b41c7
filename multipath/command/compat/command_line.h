#pragma once

#include <string>
#include <vector>

#include "multipath/command/context.h"

namespace multipath {

/// Runs `multipath` as scripts know it: with the packaged tool's options, texts and exit statuses
/// (0 or 1).
int run_compat_command_line(Context& context, const std::vector<std::string>& words);

/// Usage, options and verbs, for --help.
std::string compat_help();

/// The line that scripts look for, and this program's own version.
std::string version_text();

}  // namespace multipath
