#include "multipath/discovery/holder_processes.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "multipath/model/natural_order.h"
#include "multipath/model/number_text.h"
#include "multipath/model/proc_tables.h"

namespace multipath {
namespace {

/// "0::/system.slice/postgresql.service" -> "postgresql.service"; nothing for the root group.
std::string unit_of(const SysTree& proc, const std::string& pid) {
  const std::string groups = proc.read(pid + "/cgroup").value_or("");
  const auto line = groups.find("0::/");
  if (line == std::string::npos) return "";
  std::string path = groups.substr(line + 3, groups.find('\n', line) - line - 3);
  return path.substr(path.rfind('/') + 1);
}

constexpr std::string_view deleted = " (deleted)";

std::string without_deleted(std::string path) {
  if (path.ends_with(deleted)) path.erase(path.size() - deleted.size());
  return path;
}

struct Place {
  const char* name;
  const char* words;
};
constexpr std::array<Place, 3> places{
    {{"cwd", "working directory "}, {"root", "root directory "}, {"exe", "program "}}};

}  // namespace

std::vector<std::string> process_ids(const SysTree& proc) {
  std::vector<std::string> result;
  for (std::string& name : proc.list(".").value_or(std::vector<std::string>{})) {
    if (parse_number<std::uint32_t>(name)) result.push_back(std::move(name));
  }
  std::ranges::sort(result, NaturalLess{});
  return result;
}

Process describe_process(const SysTree& proc, const std::string& pid) {
  Process process;
  process.pid = static_cast<int>(parse_number<std::uint32_t>(pid).value_or(0));
  process.command = read_attribute(proc, pid + "/comm").value_or("?");
  process.unit = unit_of(proc, pid);
  return process;
}

std::optional<std::uint64_t> mount_namespace(const SysTree& proc, const std::string& pid) {
  const auto link = proc.read_link(pid + "/ns/mnt");
  return link ? parse_mount_namespace(*link) : std::nullopt;
}

bool has_ended(const SysTree& proc, const std::string& pid) {
  // pid (command) state ...; the command may have any character in it.
  const auto stat = proc.read(pid + "/stat");
  if (!stat) return true;
  const auto end = stat->rfind(')');
  return end != std::string::npos && end + 2 < stat->size() &&
         ((*stat)[end + 2] == 'Z' || (*stat)[end + 2] == 'X');
}

std::vector<OpenFile> read_open_files(const Host& host, std::vector<Finding>& findings) {
  const SysTree& proc = host.proc;
  const std::string self = proc.read_link("self").value_or("");
  std::vector<OpenFile> result;
  std::size_t hidden = 0;
  for (const std::string& pid : process_ids(proc)) {
    for (const Place& place : places) {
      const std::string link = pid + "/" + place.name;
      const auto target = proc.read_link(link);
      if (!target || *target == "/") continue;
      const std::string path = without_deleted(*target);
      result.push_back({pid, place.words + path, path, link, false});
    }
    if (pid == self) continue;
    const auto descriptors = proc.list(pid + "/fd");
    if (!descriptors) {
      if (!has_ended(proc, pid)) ++hidden;
      continue;
    }
    for (const std::string& descriptor : *descriptors) {
      const std::string link = pid + "/fd/" + descriptor;
      const auto target = proc.read_link(link);
      if (!target || !target->starts_with('/')) continue;  // pipes, sockets, anonymous inodes
      const std::string path = without_deleted(*target);
      result.push_back({pid, path, path, link, true});
    }
  }
  if (hidden > 0) {
    findings.push_back(
        {Finding::Severity::warning, "open files",
         fmt::format("the open files of {} processes can not be seen; try it as root", hidden)});
  }
  return result;
}

}  // namespace multipath
