#pragma once

#include <string>

#include "multipath/teardown/teardown.h"

namespace multipath {

/// The node's path in /dev: "/dev/mapper/mpatha", "/dev/md0".
std::string node_path(const Holder& holder);

/// Sets command, undo and note of a step from its action, node, covers and subject. `mount` is the
/// mount of an unmount.
void add_commands(Step& step, const HolderGraph& graph, const TeardownOptions& teardown_options,
                  const HolderMount* mount);

/// The sysfs attribute that stops a bcache when "1" is written: of its set, or of a bcache device
/// without a set.
std::string bcache_stop_attribute(const Holder& holder);

}  // namespace multipath
