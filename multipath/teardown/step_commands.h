#pragma once

#include <string>

#include "multipath/teardown/teardown.h"

namespace multipath {

/// The node's file below /dev: "/dev/mapper/mpatha", "/dev/md0".
std::string node_path(const Holder& holder);

/// Fills in command, undo and note of a step whose action, node, covers and subject are known.
/// `mount` is what an unmount is about.
void add_commands(Step& step, const HolderGraph& graph, const TeardownOptions& teardown_options,
                  const HolderMount* mount);

/// The attribute below /sys to which "1" is written to stop a bcache, its set, or the backing
/// device that has none.
std::string bcache_stop_attribute(const Holder& holder);

}  // namespace multipath
