#pragma once

#include <memory>
#include <system_error>

#include "multipath/host/host.h"
#include "multipath/teardown/execute.h"

namespace multipath {

/// Opens the mount namespaces in which the steps unmount, so that they stay reachable when their
/// processes end. Adds a blocker for each namespace that cannot be entered.
OpenNameSpaces open_name_spaces(const HolderGraph& graph, const std::vector<Step>& steps,
                                const Host& host, std::vector<Blocker>& blockers);

/// The mount that the step unmounts; nullptr if it is not in the graph.
const HolderMount* mount_of(const HolderGraph& graph, const Step& step);

/// Opens the mount's namespace through the process in which it was seen, else through any other
/// process in the namespace. On failure, returns nullptr and sets `why`.
std::unique_ptr<MountNamespace> open_name_space(const Host& host, const HolderMount& mount,
                                                std::error_code& why);

/// Is the mount in this text of mountinfo? Compares the ID and the file system, as a mount can be
/// moved. Unknown if there is no text.
Presence presence_in(const std::optional<std::string>& mountinfo, const HolderMount& mount);

/// For a namespace that cannot be read any more: is the mount's file system mounted in the
/// namespace of any process, apart from the other mounts in the graph? Unknown if a namespace
/// cannot be read completely.
Presence presence_anywhere(const Host& host, const Holder& node, const HolderMount& mount);

}  // namespace multipath
