#pragma once

#include <optional>

#include "multipath/command/context.h"
#include "multipath/config/configuration.h"

namespace multipath {

/// The configuration that the host's files make: /etc/multipath.conf and conf.d. Throws
/// std::system_error for a file that is there and can not be read.
tl::expected<Configuration, Diagnostics> load_configuration(const Host& host);

/// The same for a command that needs one. Errors go to stderr, each a line, and then nothing comes
/// back: a broken file is never half obeyed. Warnings go there from verbosity 3 on.
std::optional<Configuration> load_configuration_or_tell(Context& context, int verbosity);

/// A line for each on stderr.
void tell(Context& context, const Diagnostics& diagnostics);

}  // namespace multipath
