#pragma once

#include "multipath/host/host.h"
#include "multipath/teardown/teardown.h"

namespace multipath {

// A device is absent only if the kernel reports so: a failed query results in "unknown".

/// Does the node's device still exist, and is it not another device with the same name?
Presence holder_presence(const Host& host, const Holder& holder);

/// Does anything remain that the step removes? `name_space` is the namespace of an unmount in
/// another namespace; nullptr if it could not be opened. A wipe removes nothing.
Presence presence_of(const Host& host, const HolderGraph& graph, const Step& step,
                     MountNamespace* name_space);

}  // namespace multipath
