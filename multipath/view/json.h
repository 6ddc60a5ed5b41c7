#pragma once

#include <iosfwd>
#include <span>
#include <string>

#include "multipath/model/finding.h"
#include "multipath/model/native_nvme.h"
#include "multipath/model/path.h"
#include "multipath/model/topology.h"
#include "multipath/planning/apply.h"
#include "multipath/planning/apply_flush.h"
#include "multipath/planning/apply_partitions.h"
#include "multipath/planning/plan.h"

namespace multipath {

/// Every JSON text of this program starts with {"schema_version": 1, ...} and ends with LF. Strings
/// are escaped; bytes of devices that are not UTF-8 become U+FFFD. Sizes are in bytes. The schema
/// is in multipath-json(5).
inline constexpr int json_schema_version = 1;

/// {"schema_version", "maps": [...], "findings": [...], "native_nvme": [...]}. "native_nvme" lists
/// the namespaces that the NVMe driver multipaths itself; omitted if empty.
void print_json_of_maps(std::ostream& out, std::span<const Topology> maps,
                        std::span<const Finding> findings,
                        std::span<const NativeNamespace> native = {});

/// {"schema_version", "paths": [...], "findings": [...]}
void print_json_of_paths(std::ostream& out, std::span<const Path> paths,
                         std::span<const Finding> findings);

/// {"schema_version", "actions": [{"action", "reason", "error", "former_name", "table", "writes",
/// "remarks", "map"}...], "findings": [...]}. "table" is the desired device-mapper table line.
/// "error" is null if the action succeeded or was only planned. "writes" are the values written to
/// sysfs before a table is loaded.
void print_json_of_outcomes(std::ostream& out, std::span<const Outcome> outcomes,
                            std::span<const Finding> findings);

/// {"schema_version", "flushed": [{"name", "result", "error"}...], "findings": [...]}
std::string json_of_flush(std::span<const FlushOutcome> outcomes,
                          std::span<const Finding> findings);

/// {"schema_version", "partitions": [{"map", "name", "uuid", "number", "start_bytes", "size_bytes",
/// "action", "reason", "error"}...], "findings": [...]}
std::string json_of_partitions(std::span<const PartitionOutcome> outcomes,
                               std::span<const Finding> findings);

}  // namespace multipath
