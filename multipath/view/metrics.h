#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "multipath/model/finding.h"
#include "multipath/model/map.h"
#include "multipath/model/path.h"
#include "multipath/planning/plan.h"

namespace multipath {

/// The source of the metrics.
struct Measured {
  std::span<const Path> paths;
  std::span<const CurrentMap> maps;
  const Plan& plan;
  std::span<const Finding> findings;
};

/// Prints the Prometheus text format 0.0.4, for the textfile collector of the node exporter:
///
///     text   = { "# HELP " name " " words LF "# TYPE " name " gauge"|" counter" LF { sample } }
///     sample = name ["{" label {"," label} "}"] " " number LF
///     label  = name "=" '"' { any byte, but \\ for \, \" for " and \n for LF } '"'
///
/// multipath(8), METRICS, documents the names and labels.
std::string render_metrics(const Measured& measured);

}  // namespace multipath
