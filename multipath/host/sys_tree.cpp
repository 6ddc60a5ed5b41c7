#include "multipath/host/sys_tree.h"

#include <algorithm>

#include "multipath/model/holder_names.h"
#include "multipath/model/natural_order.h"

namespace multipath {

std::optional<std::string> read_attribute(const SysTree& tree, std::string_view path) {
  auto text = tree.read(path);
  if (text) text->erase(text->find_last_not_of(" \t\r\n") + 1);
  return text;
}

std::optional<std::string> block_attribute(const SysTree& sys, std::string_view kname,
                                           std::string_view name) {
  std::string path = "class/block/";
  path.append(kname).append("/").append(name);
  return read_attribute(sys, path);
}

std::vector<std::string> names_in(const SysTree& tree, std::string_view directory) {
  return tree.list(directory).value_or(std::vector<std::string>{});
}

std::vector<std::string> ordered_names_in(const SysTree& tree, std::string_view directory) {
  auto names = names_in(tree, directory);
  std::ranges::sort(names, NaturalLess{});
  return names;
}

std::optional<DeviceNumber> number_of_kname(const SysTree& sys, std::string_view kname) {
  if (!is_kname(kname)) return std::nullopt;
  const auto text = block_attribute(sys, kname, "dev");
  return text ? parse_device_number(*text) : std::nullopt;
}

std::optional<std::string> kname_of_number(const SysTree& sys, DeviceNumber number) {
  const auto link = sys.read_link("dev/block/" + to_string(number));
  if (!link) return std::nullopt;
  std::string kname = link->substr(link->rfind('/') + 1);
  return is_kname(kname) ? std::optional(std::move(kname)) : std::nullopt;
}

}  // namespace multipath
