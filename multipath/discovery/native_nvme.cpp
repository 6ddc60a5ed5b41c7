#include "multipath/discovery/native_nvme.h"

#include <algorithm>
#include <optional>
#include <string_view>

#include "multipath/host/refinement.h"
#include "multipath/model/natural_order.h"
#include "multipath/model/number_text.h"

namespace multipath {
namespace {

/// "nvme0n1" and "nvme0c1n1" end in the namespace's number, behind digits and an "n".
std::optional<std::uint32_t> namespace_number(std::string_view name, std::string_view before_n) {
  if (!name.starts_with(before_n)) return std::nullopt;
  name.remove_prefix(before_n.size());
  const std::size_t n = name.find('n');
  if (n == std::string_view::npos || !parse_number<std::uint32_t>(name.substr(0, n)))
    return std::nullopt;
  return parse_number<std::uint32_t>(name.substr(n + 1));
}

std::string text_of(const SysTree& sys, const std::string& file) {
  std::string text = read_attribute(sys, file).value_or("");
  text.erase(text.find_last_not_of(' ') + 1);
  return text;
}

bool is_controller(std::string_view name) {
  constexpr std::string_view prefix = "nvme";
  return name.starts_with(prefix) && parse_number<std::uint32_t>(name.substr(prefix.size()));
}

/// The hidden disk of a namespace is named for its head: "nvme0c1n1" is a path of "nvme0n1".
void add_paths(const SysTree& sys, const std::string& controller, NativeNamespace& head) {
  const std::string prefix = head.kname.substr(0, head.kname.rfind('n')) + "c";
  const auto number = namespace_number(head.kname, "nvme");
  for (const std::string& name : ordered_names_in(sys, controller)) {
    if (namespace_number(name, prefix) != number) continue;
    head.paths.push_back({name, text_of(sys, controller + "/" + name + "/ana_state"),
                          text_of(sys, controller + "/state")});
  }
}

NativeNamespace read_head(const SysTree& sys, const std::string& subsystem,
                          const std::vector<std::string>& members, const std::string& name) {
  const std::string folder = subsystem + "/" + name;
  NativeNamespace head;
  head.kname = name;
  head.wwid = text_of(sys, folder + "/wwid");
  head.product = text_of(sys, subsystem + "/model");
  head.revision = text_of(sys, subsystem + "/firmware_rev");
  const std::string size = text_of(sys, folder + "/size");
  head.size_sectors = parse_number<std::uint64_t>(size).value_or(0);
  head.read_only = text_of(sys, folder + "/ro") == "1";
  for (const std::string& member : members) {
    if (is_controller(member)) add_paths(sys, subsystem + "/" + member, head);
  }
  std::ranges::sort(head.paths, NaturalLess{}, &NativePath::kname);
  return head;
}

}  // namespace

std::vector<NativeNamespace> find_native_namespaces(const Host& host) {
  const Refinement refinement(host.leniency);
  const SysTree& sys = host.sys;
  constexpr const char* subsystems = "class/nvme-subsystem";
  std::vector<NativeNamespace> heads;
  for (const std::string& subsystem : ordered_names_in(sys, subsystems)) {
    const std::string folder = std::string(subsystems) + "/" + subsystem;
    const std::vector<std::string> members = ordered_names_in(sys, folder);
    for (const std::string& name : members) {
      if (namespace_number(name, "nvme")) heads.push_back(read_head(sys, folder, members, name));
    }
  }
  std::ranges::sort(heads, NaturalLess{}, &NativeNamespace::kname);
  return heads;
}

}  // namespace multipath
