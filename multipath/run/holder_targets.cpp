#include "multipath/run/holder_targets.h"

#include <algorithm>
#include <array>
#include <ostream>

#include <fmt/format.h>

#include "multipath/discovery/unit_paths.h"
#include "multipath/holders/graph.h"
#include "multipath/holders/walk.h"
#include "multipath/model/holder_names.h"
#include "multipath/model/natural_order.h"
#include "multipath/run/target.h"
#include "multipath/view/text.h"

namespace multipath {
namespace {

bool is_device(const Host& host, const std::string& kname) {
  return is_kname(kname) && host.sys.exists("class/block/" + kname + "/dev");
}

/// "naa.600140..." of a disk's wwid is "3600140..." of a map's uuid.
std::optional<std::string> disk_with_wwid(const Host& host, const std::string& wwid) {
  auto names = host.sys.list("block").value_or(std::vector<std::string>{});
  std::ranges::sort(names, NaturalLess{});
  for (const std::string& kname : names) {
    const auto text = read_attribute(host.sys, "block/" + kname + "/device/wwid");
    if (!text || !is_device(host, kname)) continue;
    if (*text == wwid || (text->starts_with("naa.") && "3" + text->substr(4) == wwid)) return kname;
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> find_holder_target(const Host& host, const std::string& argument) {
  constexpr std::array<std::string_view, 2> sys_folders{"/sys/class/block/", "/sys/block/"};
  for (const std::string_view folder : sys_folders) {
    if (!argument.starts_with(folder)) continue;
    std::string kname = argument.substr(folder.size());
    while (kname.ends_with('/')) kname.pop_back();
    kname = kname.substr(kname.rfind('/') + 1);
    return is_device(host, kname) ? std::optional(kname) : std::nullopt;
  }
  if (argument.starts_with("/dev/")) {
    if (auto kname = kname_of_node(host, argument)) return kname;
  }
  if (const auto target = find_target(host, argument)) {
    if (target->number) return kname_of_number(host.sys, *target->number);
    const std::string& word = target->word;
    if (auto kname = kname_of_map(host.sys, word)) return kname;
    if (auto kname = kname_of_map(host.sys, "mpath-" + word)) return kname;
    return disk_with_wwid(host, word);
  }
  return std::nullopt;
}

HolderGraph discover_holders(const Host& host, const std::vector<std::string>& knames) {
  return discover_holders(host, knames,
                          [&](const std::string& kname) { return paths_of_unit(host, kname); });
}

std::optional<std::vector<std::string>> find_holder_targets(Context& context,
                                                            const std::vector<std::string>& words) {
  std::vector<std::string> knames;
  bool all_found = true;
  for (const std::string& word : words) {
    if (auto kname = find_holder_target(context.host, word)) {
      knames.push_back(std::move(*kname));
    } else {
      context.err << fmt::format("multipath: {}: no such device on this host\n", printable(word));
      all_found = false;
    }
  }
  if (!all_found) return std::nullopt;
  return knames;
}

}  // namespace multipath
