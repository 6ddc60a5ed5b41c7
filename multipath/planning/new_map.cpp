#include "multipath/planning/new_map.h"

#include <fmt/format.h>

namespace multipath {

bool counts_paths(FindMultipaths mode) {
  return mode == FindMultipaths::on || mode == FindMultipaths::smart;
}

NewMapVerdict judge_new_map(const Wwid& wwid, std::size_t paths, const PlanningOptions& options) {
  const FindMultipaths mode = options.configuration.globals().find_multipaths.value;
  if (options.every_unit || mode == FindMultipaths::off || mode == FindMultipaths::greedy)
    return {true, "maps are created for all units"};
  if (options.known_units.contains(wwid))
    return {true, fmt::format("{} is in the wwids file", wwid.text())};
  if (!counts_paths(mode)) {
    return {
        false,
        fmt::format("find_multipaths strict: {} is not in the wwids file (-a adds it, -i ignores "
                    "the file)",
                    wwid.text())};
  }
  if (paths >= 2) return {true, fmt::format("{} paths to {}", paths, wwid.text())};
  return {false,
          fmt::format("only path to {}; single paths get no map (-i creates one)", wwid.text())};
}

}  // namespace multipath
