#pragma once

#include "multipath/command/context.h"
#include "multipath/command/exit_status.h"

namespace multipath {

/// Assembles arrays, registers bcache's module and activates volume groups, so that what is on the
/// disks can be seen; each tool that fails or is not there is told on stderr. The one part of
/// clear-holders that activates anything.
ExitStatus start_dependencies(Context& context);

}  // namespace multipath
