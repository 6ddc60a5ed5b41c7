#include "multipath/run/target.h"

#include "multipath/model/map_name.h"
#include "multipath/model/wwid.h"

namespace multipath {
namespace {

constexpr std::string_view dev_folder = "/dev/";
constexpr std::string_view mapper_folder = "mapper/";

std::optional<DeviceNumber> number_of_kname(const SysTree& sys, const std::string& kname) {
  if (kname.empty() || kname.find('/') != std::string::npos || kname.starts_with('.'))
    return std::nullopt;
  const auto text = read_attribute(sys, "class/block/" + kname + "/dev");
  return text ? parse_device_number(*text) : std::nullopt;
}

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

}  // namespace

bool names_device(const std::string& argument) {
  return argument.starts_with(dev_folder) || parse_device_number(argument).has_value();
}

bool Target::matches(const CurrentMap& map) const {
  if (is_same_name(map.name, word) || map.uuid == word ||
      map.uuid == std::string(map_uuid_prefix) + word)
    return true;
  return number && (map.number == *number || has_path(map, *number));
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

}  // namespace multipath
