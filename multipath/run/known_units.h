#pragma once

#include <set>
#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "multipath/config/configuration.h"
#include "multipath/host/host.h"
#include "multipath/model/wwid.h"

namespace multipath {

/// The units of the wwids file, which udev's rules claim at boot. Each throws std::system_error for a
/// file that cannot be read or written.
std::set<Wwid> known_units(const Host& host, const Configuration& configuration);

/// Adds a unit to the file.
void remember_unit(Host& host, const Configuration& configuration, const Wwid& wwid);
/// Removes a unit; says whether the file had it.
bool forget_unit(Host& host, const Configuration& configuration, const Wwid& wwid);
/// Makes the units that have a map now the only units of the file, and returns their WWIDs.
std::vector<std::string> keep_units_with_maps(Host& host, const Configuration& configuration);

/// The text for a word that names nothing on this host.
std::string unknown_unit_text(const std::string& word);

/// Does a word name a unit that this host may have at another time: by an alias or WWID of
/// multipath.conf, by a binding, by the wwids file, or as a text with the form of a WWID?
bool names_absent_unit(const Host& host, const Configuration& configuration,
                       const std::string& word);

/// The unit that an argument names: by a path, a map or an alias, or as a WWID that names an absent
/// unit. The error is a text for a person.
/// A word that names none of these is an error: a misspelled device is not added to the file.
tl::expected<Wwid, std::string> unit_named(const Host& host, const Configuration& configuration,
                                           const std::string& word);

}  // namespace multipath
