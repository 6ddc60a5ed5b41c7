#pragma once

#include <span>
#include <string>

#include "multipath/model/host_changes.h"

namespace multipath {

/// Prints a line per change with a leading sign, as diff(1) does:
///
///     change = "+ " subject " " name ": " after LF | "- " subject " " name ": " before LF
///            | "~ " subject " " name ": " what " " before " -> " after LF
std::string render_changes(std::span<const HostChange> changes);

/// {"schema_version", "changes": [{"subject", "kind", "name", "what", "before", "after"}...],
/// "findings": []}
std::string json_of_changes(std::span<const HostChange> changes);

}  // namespace multipath
