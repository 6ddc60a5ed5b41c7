#pragma once

#include <optional>
#include <string>
#include <vector>

#include "multipath/command/context.h"
#include "multipath/model/holder.h"

namespace multipath {

/// The kname that an argument names: a path below /dev, /sys/class/block or /sys/block, a kernel
/// name, "8:16", a by-id link, a map's name, or a WWID. No device is opened.
std::optional<std::string> find_holder_target(const Host& host, const std::string& argument);

/// Everything that stands on the devices and on the other paths of their units (holders/graph.h).
HolderGraph discover_holders(const Host& host, const std::vector<std::string>& knames);

/// The knames of all arguments. Each that names nothing on this host is told on stderr; then nothing
/// comes back.
std::optional<std::vector<std::string>> find_holder_targets(Context& context,
                                                            const std::vector<std::string>& words);

}  // namespace multipath
