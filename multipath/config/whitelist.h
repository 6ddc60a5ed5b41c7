#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "multipath/model/names.h"
#include "multipath/model/path.h"

namespace multipath {

/// The whitelist switch: which hardware gets maps (multipath.conf whitelist).
enum class Whitelist : std::uint8_t {
  strict,    ///< what the hardware table or a device section lists
  identity,  ///< also units whose NAA 5 or NAA 6 designator all paths and all authorities agree on
  any,       ///< whatever has a WWID
};
inline constexpr auto whitelist_names = names_of<Whitelist>({
    {Whitelist::strict, "strict"},
    {Whitelist::identity, "identity"},
    {Whitelist::any, "any"},
});
std::string to_string(Whitelist whitelist);

/// Whether a unit may have a map, and the rule that says so.
struct Admission {
  bool admitted = false;
  std::string rule;  ///< without a final dot; names the hardware where it refuses

  auto operator<=>(const Admission&) const = default;
};

/// `paths` are all paths of the unit; a unit of the wwids file is always admitted.
Admission admission_of(Whitelist whitelist, std::span<const Path> paths, bool in_wwids_file);

/// What admits a unit that is not admitted. A remedy may have further lines, for multipath.conf.
std::vector<std::string> remedies_for(const Path& path);

}  // namespace multipath
