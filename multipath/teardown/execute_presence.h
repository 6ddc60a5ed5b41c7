#pragma once

#include "multipath/host/host.h"
#include "multipath/teardown/teardown.h"

namespace multipath {

// "Cannot be asked any more" is never "gone": each of these is absent only when the kernel said so.

/// Is the device of that node still there, the same and not another with its name?
Presence holder_presence(const Host& host, const Holder& holder);

/// Is anything left of what a step takes down? `name_space` is that of an unmount elsewhere, nullptr
/// where it could not be opened. A step that wipes takes nothing down.
Presence presence_of(const Host& host, const HolderGraph& graph, const Step& step,
                     MountNamespace* name_space);

}  // namespace multipath
