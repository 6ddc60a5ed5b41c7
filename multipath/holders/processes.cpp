#include "multipath/holders/processes.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "multipath/model/cut.h"
#include "multipath/model/natural_order.h"
#include "multipath/model/number_text.h"
#include "multipath/model/proc_tables.h"

namespace multipath {
namespace {

/// /proc/PID/cgroup has a line "NUMBER:CONTROLLERS:PATH" for each hierarchy. systemd's own is the one of version 2, "0::PATH", or,
/// on a host with version 1 alone, "NUMBER:name=systemd:PATH".
ProcessUnit unit_of(const SysTree& proc, const std::string& pid) {
  const std::string groups = proc.read(pid + "/cgroup").value_or("");
  for (std::string_view rest = groups; !rest.empty();) {
    std::string_view path = cut(rest, '\n');
    const bool unified = cut(path, ':') == "0";
    const std::string_view controllers = cut(path, ':');
    if ((unified && controllers.empty()) || controllers == "name=systemd") {
      ProcessUnit unit = unit_of_control_group(path);
      if (unit.manager != ProcessUnit::Manager::none) return unit;
    }
  }
  return {};
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
  for (std::string& name : names_in(proc, ".")) {
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
         fmt::format("the open files of {} processes cannot be seen; try it as root", hidden)});
  }
  return result;
}

}  // namespace multipath
