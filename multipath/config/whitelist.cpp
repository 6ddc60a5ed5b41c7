#include "multipath/config/whitelist.h"

#include <algorithm>

#include <fmt/format.h>

#include "multipath/config/conf_lines.h"

namespace multipath {
std::string to_string(Whitelist whitelist) { return whitelist_names.to_string(whitelist); }

Admission admission_of(Whitelist whitelist, std::span<const Path> paths, bool in_wwids_file) {
  const auto all = [&](auto recognised) {
    return std::ranges::all_of(paths, recognised, &Path::recognition);
  };
  if (all([](Recognition seen) { return seen == Recognition::listed; }))
    return {true, "the hardware is listed"};
  if (in_wwids_file) return {true, "the unit is in the wwids file"};
  if (whitelist == Whitelist::any) return {true, "whitelist any: every unit with a WWID"};
  const auto unlisted = std::ranges::find_if(
      paths, [](const Path& path) { return path.recognition != Recognition::listed; });
  const std::string hardware = fmt::format("vendor '{}' product '{}' is not in the hardware table",
                                           unlisted->vendor, unlisted->product);
  if (whitelist == Whitelist::strict) return {false, "whitelist strict: " + hardware};
  if (all([](Recognition seen) { return seen != Recognition::unlisted; }))
    return {true,
            "whitelist identity: a NAA designator on which all paths and all authorities "
            "agree"};
  return {false,
          fmt::format("whitelist identity: {}, and {} gives no NAA 5 or NAA 6 designator on "
                      "which all authorities agree",
                      hardware,
                      std::ranges::find(paths, Recognition::unlisted, &Path::recognition)->kname)};
}

std::vector<std::string> remedies_for(const Path& path) {
  std::vector<std::string> remedies{"to list this hardware, add to /etc/multipath.conf:\n" +
                                    listing_lines(path.vendor, path.product)};
  if (path.wwid)
    remedies.push_back(fmt::format("`multipath -a {}` admits this unit alone", path.wwid->text()));
  remedies.emplace_back(
      "--whitelist any (--allow-unlisted) admits every unit with a WWID for one run, `whitelist "
      "any` in section defaults for all");
  return remedies;
}

}  // namespace multipath
