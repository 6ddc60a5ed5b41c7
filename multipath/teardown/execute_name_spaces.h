#pragma once

#include <memory>
#include <system_error>

#include "multipath/host/host.h"
#include "multipath/teardown/execution.h"

namespace multipath {

/// The mount that an unmount is of; nullptr when the graph does not have it.
const HolderMount* mount_of(const HolderGraph& graph, const Step& step);

/// Opens the mount namespace of a mount by the process that it was seen by, else by any other that
/// is in it. Nothing when that fails, and why.
std::unique_ptr<MountNamespace> open_name_space(const Host& host, const HolderMount& mount,
                                                std::error_code& why);

/// Is that mount in a text of mountinfo? By its number and its file system, as it may be moved.
/// Nothing is known from a text that is not there.
Presence presence_in(const std::optional<std::string>& mountinfo, const HolderMount& mount);

/// For a namespace that cannot be asked any more: is the mount's file system mounted in any
/// namespace of any process, but for what the graph has of it besides? A namespace that cannot be
/// read whole makes it unknown.
Presence presence_anywhere(const Host& host, const Holder& node, const HolderMount& mount);

}  // namespace multipath
