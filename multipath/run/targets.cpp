#include "multipath/run/targets.h"

#include <array>
#include <utility>

#include <fmt/format.h>

#include "multipath/discovery/unit_paths.h"
#include "multipath/holders/graph.h"
#include "multipath/holders/walk.h"
#include "multipath/host/current_maps.h"
#include "multipath/model/holder_names.h"
#include "multipath/model/map_name.h"
#include "multipath/model/natural_order.h"
#include "multipath/model/wwid.h"

namespace multipath {
namespace {

constexpr std::string_view dev_folder = "/dev/";
constexpr std::string_view mapper_folder = "mapper/";

/// "a/b" and a link "../c/d" in it: "c/d". Nothing when it leaves the folder.
std::optional<std::string> follow(const std::string& path, std::string_view link) {
  if (link.starts_with(dev_folder)) return std::string(link.substr(dev_folder.size()));
  if (link.starts_with('/')) return std::nullopt;
  std::string folder = path.substr(0, path.rfind('/') == std::string::npos ? 0 : path.rfind('/'));
  while (link.starts_with("../")) {
    if (folder.empty()) return std::nullopt;
    folder.erase(folder.rfind('/') == std::string::npos ? 0 : folder.rfind('/'));
    link.remove_prefix(3);
  }
  return folder.empty() ? std::string(link) : folder + "/" + std::string(link);
}

std::optional<Target> find_node(const Host& host, std::string path) {
  constexpr int most_links = 8;
  const std::string map_name =
      path.starts_with(mapper_folder) ? path.substr(mapper_folder.size()) : "";
  const std::string word = map_name.empty() ? std::string(dev_folder) + path : map_name;
  for (int links = 0; links < most_links; ++links) {
    const auto link = host.dev.read_link(path);
    if (!link) break;
    const auto next = follow(path, *link);
    if (!next) return std::nullopt;
    path = *next;
  }
  if (const auto number = number_of_kname(host.sys, path)) return Target{word, number};
  if (!map_name.empty() && host.dev.exists(std::string(mapper_folder) + map_name))
    return Target{word, std::nullopt};
  return std::nullopt;
}

bool is_device(const Host& host, const std::string& kname) {
  return is_kname(kname) && host.sys.exists("class/block/" + kname + "/dev");
}

std::optional<std::string> disk_with_wwid(const Host& host, const std::string& wwid) {
  for (const std::string& kname : ordered_names_in(host.sys, "class/block")) {
    const auto text = read_attribute(host.sys, "class/block/" + kname + "/device/wwid");
    if (!text || !is_device(host, kname)) continue;
    if (*text == wwid || wwid_text_of_kernel_name(*text) == wwid) return kname;
  }
  return std::nullopt;
}

std::optional<dm::Description> describe_by_uuid(dm::DeviceMapper& device_mapper,
                                                const std::string& word) {
  const std::string uuid_of_wwid = std::string(map_uuid_prefix) + word;
  const auto fits = [&](const std::string& uuid) { return uuid == uuid_of_wwid || uuid == word; };
  for (const dm::Device& device : device_mapper.list()) {
    if (device.uuid && !fits(*device.uuid)) continue;
    auto description = device_mapper.describe(device.name);
    if (description && fits(description->uuid)) return description;
  }
  return std::nullopt;
}

/// What `find` finds for each word, or the words that it finds nothing for.
template <typename T, typename Find>
tl::expected<std::vector<T>, Words> find_all(const Words& words, const Find& find) {
  std::vector<T> found;
  Words missing;
  for (const std::string& word : words) {
    if (std::optional<T> one = find(word)) {
      found.push_back(std::move(*one));
    } else {
      missing.push_back(word);
    }
  }
  if (!missing.empty()) return tl::unexpected(std::move(missing));
  return found;
}

}  // namespace

bool names_device(const std::string& argument) {
  return argument.starts_with(dev_folder) || parse_device_number(argument).has_value();
}

std::string path_instead_of_map(const CurrentMap& map) {
  return fmt::format("a path of map {}, not a map", map.name);
}

bool Target::names(const CurrentMap& map) const {
  return is_same_name(map.name, word) || map.uuid == word ||
         map.uuid == std::string(map_uuid_prefix) + word || (number && map.number == *number);
}

bool Target::matches(const CurrentMap& map) const {
  return names(map) || (number && has_path(map, *number));
}

bool Target::matches(const Path& path) const {
  return (number && path.number == *number) || path.kname == word ||
         (path.wwid && path.wwid->text() == word) ||
         (path.name_of_map && path.name_of_map->own && path.name_of_map->own->text() == word);
}

std::optional<Target> find_target(const Host& host, const std::string& argument) {
  if (argument.starts_with(dev_folder)) return find_node(host, argument.substr(dev_folder.size()));
  if (const auto number = parse_device_number(argument)) {
    if (!host.sys.exists("dev/block/" + argument)) return std::nullopt;
    return Target{argument, number};
  }
  return Target{argument, number_of_kname(host.sys, argument)};
}

std::optional<std::string> find_kname(const Host& host, const std::string& argument) {
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
    if (auto kname = kname_of_map(host.sys, std::string(map_uuid_prefix) + word)) return kname;
    return disk_with_wwid(host, word);
  }
  return std::nullopt;
}

tl::expected<std::vector<Target>, Words> find_targets(const Host& host, const Words& words) {
  return find_all<Target>(words, [&](const std::string& word) { return find_target(host, word); });
}

tl::expected<std::vector<std::string>, Words> find_knames(const Host& host, const Words& words) {
  return find_all<std::string>(words,
                               [&](const std::string& word) { return find_kname(host, word); });
}

std::optional<dm::Description> find_device(dm::DeviceMapper& device_mapper, const Target& target) {
  auto found = target.number ? device_mapper.describe(*target.number) : std::nullopt;
  if (!found) found = device_mapper.describe(target.word);
  if (!found && mangled_name(target.word) != target.word)
    found = device_mapper.describe(mangled_name(target.word));
  if (!found && !target.number) found = describe_by_uuid(device_mapper, target.word);
  return found;
}

std::optional<CurrentMap> find_map(dm::DeviceMapper& device_mapper, const Target& target,
                                   std::vector<Finding>& findings) {
  if (const auto device = find_device(device_mapper, target))
    return read_map(device_mapper, *device, findings);
  if (!target.number) return std::nullopt;
  std::vector<CurrentMap> maps = read_maps(device_mapper, findings);
  const auto found =
      std::ranges::find_if(maps, [&](const CurrentMap& map) { return target.matches(map); });
  if (found == maps.end()) return std::nullopt;
  return std::move(*found);
}

}  // namespace multipath
