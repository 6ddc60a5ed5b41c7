#include "multipath/holders/exports.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "multipath/model/proc_tables.h"

namespace multipath {
namespace {

std::vector<std::string> sorted_names(const SysTree& sys, const std::string& folder) {
  auto names = names_in(sys, folder);
  std::ranges::sort(names);
  return names;
}

/// drivers/target/target_core_configfs.c: udev_path is the store by the administrator's word;
/// fileio's info also has "File: PATH".
std::optional<std::string> store_path(const SysTree& sys, const std::string& store) {
  auto path = read_attribute(sys, store + "/udev_path");
  if (path && path->starts_with('/')) return path;
  const std::string info = sys.read(store + "/info").value_or("");
  constexpr std::string_view key = "File: ";
  const auto begin = info.find(key);
  if (begin == std::string::npos) return std::nullopt;
  return info.substr(begin + key.size(),
                     info.find_first_of(" \n", begin + key.size()) - begin - key.size());
}

}  // namespace

std::vector<NfsExport> read_nfs_exports(const SysTree& proc) {
  std::optional<std::string> table;
  for (const char* place : {"fs/nfsd/exports", "fs/nfs/exports"}) {
    if (!table) table = proc.read(place);
  }
  return parse_nfs_exports(table.value_or(""));
}

std::vector<Export> read_exports(const SysTree& sys) {
  std::vector<Export> result;
  const std::string core = "kernel/config/target/core";
  for (const std::string& adapter : sorted_names(sys, core)) {
    for (const std::string& store : sorted_names(sys, core + "/" + adapter)) {
      const std::string folder = fmt::format("{}/{}/{}", core, adapter, store);
      if (read_attribute(sys, folder + "/enable").value_or("0") == "0") continue;
      if (const auto path = store_path(sys, folder))
        result.push_back({*path, fmt::format("LIO {}/{}", adapter, store)});
    }
  }
  const std::string subsystems = "kernel/config/nvmet/subsystems";
  for (const std::string& subsystem : sorted_names(sys, subsystems)) {
    const std::string namespaces = fmt::format("{}/{}/namespaces", subsystems, subsystem);
    for (const std::string& number : sorted_names(sys, namespaces)) {
      const std::string folder = namespaces + "/" + number;
      const auto path = read_attribute(sys, folder + "/device_path");
      if (path && path->starts_with('/') &&
          read_attribute(sys, folder + "/enable").value_or("0") != "0")
        result.push_back(
            {*path, fmt::format("nvmet subsystem {}, namespace {}", subsystem, number)});
    }
  }
  return result;
}

}  // namespace multipath
