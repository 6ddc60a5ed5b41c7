#pragma once

#include <optional>
#include <string_view>

#include "multipath/command/context.h"
#include "multipath/config/configuration.h"

namespace multipath {

/// The configuration that the host's files make: /etc/multipath.conf and conf.d. Throws
/// std::system_error for a file that is there and can not be read.
tl::expected<Configuration, Diagnostics> load_configuration(const Host& host);

/// The same for a command that needs one. Errors go to stderr, each a line, and then nothing comes
/// back: a broken file is never half obeyed. `instead` is what the command does then, for the last of these lines. Warnings go
/// there from verbosity 3 on.
std::optional<Configuration> load_configuration_or_tell(
    Context& context, int verbosity, std::string_view instead = "nothing was done");

/// A line for each on stderr.
void tell(Context& context, const Diagnostics& diagnostics);

}  // namespace multipath
