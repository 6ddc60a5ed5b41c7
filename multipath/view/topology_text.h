#pragma once

#include <span>
#include <string>

#include "multipath/model/topology.h"
#include "multipath/view/style.h"

namespace multipath {

/// The listing of `multipath -ll`, which scripts parse. Grammar:
///
///     map    = [action ": "] name [" (" wwid ")"] " " (dm-N | "undef") " " vendor "," product LF
///              "size=" size " features='" f "' hwhandler='" h "' wp=" (rw | ro | undef) LF group*
///     group  = ("|-+- " | "`-+- ") "policy='" selector "' prio=" n " status=" status LF path*
///     path   = indent h:c:t:l " " device " " major:minor " " dm_state " " checker_state " "
///     device_state LF
///
/// Omits "(wwid)" if the name is the WWID. Path columns are as wide as the widest value in the map.
std::string render(const Topology& topology, Style style);

/// Prints all maps.
std::string render(std::span<const Topology> topologies, Style style);

}  // namespace multipath
