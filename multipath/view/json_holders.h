#pragma once

#include <span>
#include <string>
#include <vector>

#include "multipath/model/holder.h"
#include "multipath/teardown/execute.h"
#include "multipath/teardown/teardown.h"

namespace multipath {

/// {"schema_version", "requested": [kname...], "nodes": [...], "findings": [...]}. The nodes form a
/// graph: "holders" and "uses" refer to other nodes by kernel name.
std::string json_of_holders(const HolderGraph& graph);

/// {"schema_version", "requested", "steps": [{"device", "dev_type", "level", "name", "action",
/// "command", "undo", "note", "state", "error", "ms"}...], "blockers": [{"code", "device",
/// "source", "detail", "remedy"}...], "result", "findings"}
std::string json_of_teardown(const HolderGraph& graph, const Teardown& teardown,
                             std::span<const StepOutcome> outcomes, std::string_view result);

}  // namespace multipath
