#pragma once

#include <span>
#include <string>

#include "multipath/model/explanation.h"
#include "multipath/model/finding.h"

namespace multipath {

/// {"schema_version", "explanations": [{"subject", "answer", "conclusion", "paths": [{"device",
/// "number", "steps": [...]}...], "steps": [{"step", "verdict", "fact", "origin", "remedies",
/// "tried": [{"what", "result", "origin"}...]}...], "remedies"}...], "findings"}
std::string json_of_explanations(std::span<const Explanation> explanations,
                                 std::span<const Finding> findings);

}  // namespace multipath
