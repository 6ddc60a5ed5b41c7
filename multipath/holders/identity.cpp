#include "multipath/holders/identity.h"

#include <algorithm>
#include <array>
#include <system_error>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "multipath/host/current_maps.h"
#include "multipath/model/holder_names.h"
#include "multipath/model/natural_order.h"
#include "multipath/model/number_text.h"
#include "multipath/model/shell_text.h"

namespace multipath {
namespace {

std::string folder_of(const std::string& kname) { return "class/block/" + kname; }

/// Devices that are their own drivers' business: seen, named, and never taken down.
struct Driver {
  std::string_view prefix;
  std::string_view what;
};
constexpr std::array<Driver, 6> drivers{{{"drbd", "drbd"},
                                         {"nbd", "network block device"},
                                         {"zd", "zfs volume"},
                                         {"rbd", "ceph rados block device"},
                                         {"zram", "compressed memory"},
                                         {"stratis", "stratis"}}};

std::string format_table(const dm::Table& table) {
  std::string text;
  for (const dm::Target& target : table) {
    std::string_view words = target.parameters;
    words = words.substr(0, words.find_last_not_of(' ') + 1);
    text += fmt::format("{}{} {} {} {}", text.empty() ? "" : "\n", target.start, target.length,
                        target.type, words);
  }
  return text;
}

bool is_all_linear(const dm::Table& table) {
  return !table.empty() && std::ranges::all_of(table, [](const dm::Target& target) {
    return target.type == "linear";
  });
}

HolderKind kind_of_uuid(const std::string& uuid) {
  if (uuid.starts_with(map_uuid_prefix)) return HolderKind::multipath;
  if (partitioned_uuid(uuid)) return HolderKind::partition_map;
  if (lvm_group_id(uuid)) return HolderKind::lvm;
  return uuid.starts_with("CRYPT-") ? HolderKind::crypt : HolderKind::unknown;
}

std::string origin_of(const std::string& uuid) {
  const auto dash = uuid.find('-');
  return dash == std::string::npos ? "device-mapper device of unknown origin"
                                   : uuid.substr(0, dash) + " device";
}

void set_lvm_names(Holder& node) {
  const auto name = parse_lvm_name(node.dm_name);
  node.group = name ? name->group : "";
  if (!name || name->group.starts_with('-')) {
    node.kind = HolderKind::unknown;
    node.what = "LVM device with a name that is not LVM's";
    return;
  }
  node.what = fmt::format("{}/{}{}{}", name->group, name->volume, name->layer.empty() ? "" : "-",
                          name->layer);
}

/// A queueing map without a working path never answers: who unmounts from it hangs.
bool hangs(const CurrentMap& map) {
  if (!queues_if_no_path(map.table)) return false;
  if (!map.status) return false;
  for (const GroupStatusLine& group : map.status->groups) {
    if (std::ranges::find(group.paths, PathDmState::active, &PathStatus::state) !=
        group.paths.end())
      return false;
  }
  return true;
}

void ask_device_mapper(const Host& host, Holder& node) {
  const auto description = host.device_mapper.describe(node.number);
  if (!description || description->uuid != node.dm_uuid) return;
  node.open_count = description->open_count;
  node.suspended = description->suspended;
  // The table of a crypt device may have its key in it: not asked for.
  if (node.kind == HolderKind::crypt || node.kind == HolderKind::lvm) return;
  const auto table = host.device_mapper.table(description->name);
  if (!table) return;
  if (node.dm_uuid.empty() && is_all_linear(*table)) node.kind = HolderKind::linear;
  if (node.kind != HolderKind::unknown) node.dm_table = format_table(*table);
  if (node.kind == HolderKind::multipath) {
    std::vector<Finding> ignored;
    if (const auto map = read_map(host.device_mapper, *description, ignored))
      node.queues_without_paths = hangs(*map);
  }
}

void identify_dm(const Host& host, Holder& node) {
  node.dm_name = block_attribute(host.sys, node.kname, "dm/name").value_or("");
  node.dm_uuid = block_attribute(host.sys, node.kname, "dm/uuid").value_or("");
  node.suspended = block_attribute(host.sys, node.kname, "dm/suspended") == "1";
  node.kind = kind_of_uuid(node.dm_uuid);
  try {
    ask_device_mapper(host, node);
  } catch (const std::system_error&) {
    // No permission: sysfs has the names, the rest stays unknown.
  }
  if (node.kind == HolderKind::lvm) set_lvm_names(node);
  if (node.kind == HolderKind::unknown && node.what.empty()) node.what = origin_of(node.dm_uuid);
  if (node.kind == HolderKind::multipath) {
    node.members = linked_devices(host.sys, node.kname, "slaves");
    node.what = fmt::format("multipath, paths: {}", fmt::join(node.members, " "));
  }
  if (node.kind == HolderKind::crypt) {
    const auto word = node.dm_uuid.substr(6);
    node.what = word.substr(0, word.find('-'));
  }
}

void identify_md(const SysTree& sys, Holder& node) {
  node.kind = HolderKind::raid;
  node.members = linked_devices(sys, node.kname, "slaves");
  std::string level = block_attribute(sys, node.kname, "md/level").value_or("");
  const bool external =
      block_attribute(sys, node.kname, "md/metadata_version").value_or("").starts_with("external:");
  if (level.empty()) level = external ? "container" : "array";
  node.what = fmt::format("{} of {}", level, node.members.size());
  const std::string action = block_attribute(sys, node.kname, "md/sync_action").value_or("");
  node.syncing = !action.empty() && action != "idle" && action != "frozen";
  if (node.syncing) node.what += ", " + action;
}

void identify_loop(const SysTree& sys, Holder& node) {
  node.kind = HolderKind::loop;
  constexpr std::string_view deleted = " (deleted)";
  node.backing = block_attribute(sys, node.kname, "loop/backing_file").value_or("");
  node.what = "loop over " + node.backing;
  if (node.backing.ends_with(deleted)) node.backing.erase(node.backing.size() - deleted.size());
  const std::string offset = block_attribute(sys, node.kname, "loop/offset").value_or("");
  const std::string limit = block_attribute(sys, node.kname, "loop/sizelimit").value_or("");
  if (!offset.empty() && offset != "0") node.backing_options += "-o " + shell_word(offset) + " ";
  if (!limit.empty() && limit != "0")
    node.backing_options += "--sizelimit " + shell_word(limit) + " ";
  if (block_attribute(sys, node.kname, "loop/partscan") == "1") node.backing_options += "-P ";
  if (node.read_only) node.backing_options += "-r ";
}

void identify_kind(const Host& host, Holder& node) {
  const SysTree& sys = host.sys;
  const std::string folder = folder_of(node.kname);
  // Partitions first: a partition of md0 is not an array, one of bcache0 not a bcache.
  if (sys.exists(folder + "/partition")) {
    node.kind = HolderKind::partition;
  } else if (sys.exists(folder + "/dm")) {
    identify_dm(host, node);
  } else if (sys.exists(folder + "/md")) {
    identify_md(sys, node);
  } else if (node.kname.starts_with("bcache")) {
    node.kind = HolderKind::bcache;
    const std::string state = block_attribute(sys, node.kname, "bcache/state").value_or("");
    node.what = state.empty() ? "bcache" : "bcache, " + state;
    node.group = bcache_set(sys, node.kname);
    node.members = linked_devices(sys, node.kname, "slaves");
  } else if (sys.exists(folder + "/loop")) {
    identify_loop(sys, node);
  } else {
    const auto driver = std::ranges::find_if(
        drivers, [&](const Driver& known) { return node.kname.starts_with(known.prefix); });
    node.kind = driver == drivers.end() ? HolderKind::disk : HolderKind::unknown;
    if (driver != drivers.end()) node.what = driver->what;
  }
}

std::string last_part(const std::string& path) { return path.substr(path.rfind('/') + 1); }

}  // namespace

std::optional<Holder> identify_holder(const Host& host, const std::string& kname) {
  if (!is_kname(kname)) return std::nullopt;
  const auto number = parse_device_number(block_attribute(host.sys, kname, "dev").value_or(""));
  if (!number) return std::nullopt;
  Holder node;
  node.kname = kname;
  node.number = *number;
  node.size_sectors =
      parse_number<std::uint64_t>(block_attribute(host.sys, kname, "size").value_or(""))
          .value_or(0);
  node.diskseq = block_attribute(host.sys, kname, "diskseq").value_or("");
  node.read_only = block_attribute(host.sys, kname, "ro") == "1";
  identify_kind(host, node);
  return node;
}

std::vector<std::string> linked_devices(const SysTree& sys, const std::string& kname,
                                        const char* folder) {
  auto names = ordered_names_in(sys, folder_of(kname) + "/" + folder);
  std::erase_if(names, [](const std::string& name) { return !is_kname(name); });
  return names;
}

std::vector<std::string> partitions_of(const SysTree& sys, const std::string& kname) {
  std::vector<std::string> result;
  for (std::string& name : names_in(sys, folder_of(kname))) {
    if (name.starts_with(kname) && is_kname(name) &&
        sys.exists(fmt::format("{}/{}/partition", folder_of(kname), name)))
      result.push_back(std::move(name));
  }
  std::ranges::sort(result, NaturalLess{});
  return result;
}

std::optional<std::string> partition_parent(const SysTree& sys, const std::string& kname) {
  const auto link = sys.read_link(folder_of(kname));
  if (!link || last_part(*link) != kname) return std::nullopt;
  const auto slash = link->rfind('/');
  if (slash == std::string::npos) return std::nullopt;
  const std::string parent = last_part(link->substr(0, slash));
  return is_kname(parent) ? std::optional(parent) : std::nullopt;
}

std::optional<std::string> md_container(const SysTree& sys, const std::string& kname) {
  const std::string version = block_attribute(sys, kname, "md/metadata_version").value_or("");
  constexpr std::string_view external = "external:";
  if (!version.starts_with(external)) return std::nullopt;
  std::string_view rest = std::string_view(version).substr(external.size());
  if (!rest.starts_with('/') && !rest.starts_with('-')) return std::nullopt;
  rest.remove_prefix(1);
  const std::string container(rest.substr(0, rest.find('/')));
  return is_kname(container) ? std::optional(container) : std::nullopt;
}

std::string bcache_set(const SysTree& sys, const std::string& kname) {
  // drivers/md/bcache/super.c: a backing device has "cache", a cache device has "set".
  for (const char* link : {"/bcache/cache", "/bcache/set"}) {
    if (const auto target = sys.read_link(folder_of(kname) + link)) return last_part(*target);
  }
  return "";
}

BcacheSet read_bcache_set(const SysTree& sys, const std::string& uuid) {
  BcacheSet result;
  const std::string folder = "fs/bcache/" + uuid;
  for (const std::string& name : names_in(sys, folder)) {
    const bool backing = name.starts_with("bdev");
    if (!backing && !(name.starts_with("cache") && name.size() > 5)) continue;
    // Links to ".../KNAME/bcache".
    const auto link = sys.read_link(folder + "/" + name);
    if (!link || !link->ends_with("/bcache")) continue;
    const std::string member = last_part(link->substr(0, link->rfind('/')));
    if (!is_kname(member)) continue;
    result.members.push_back(member);
    if (!backing) continue;
    if (const auto device = sys.read_link(folder_of(member) + "/bcache/dev")) {
      if (is_kname(last_part(*device))) result.bcaches.push_back(last_part(*device));
    }
  }
  std::ranges::sort(result.members, NaturalLess{});
  std::ranges::sort(result.bcaches, NaturalLess{});
  return result;
}

}  // namespace multipath
