#include "multipath/model/open_files.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace multipath {

std::vector<OpenFiles> open_files_of(std::span<const HolderOpener> openers) {
  struct Seen {
    std::size_t place = 0;
    std::set<int> processes;
    std::set<std::string> files;
  };
  std::vector<OpenFiles> result;
  std::map<std::tuple<bool, ProcessUnit, int>, Seen> known;
  for (const HolderOpener& opener : openers) {
    const Process& process = opener.process;
    const bool has_unit = process.unit.manager != ProcessUnit::Manager::none;
    auto [entry, is_new] = known.try_emplace(
        {opener.of_device, process.unit, has_unit ? 0 : process.pid}, Seen{result.size(), {}, {}});
    Seen& seen = entry->second;
    if (is_new) result.push_back({process, 1, opener.of_device, {}});
    OpenFiles& open = result[seen.place];
    seen.processes.insert(process.pid);
    open.processes = seen.processes.size();
    if (seen.files.insert(opener.what).second) open.files.push_back(opener.what);
  }
  return result;
}

std::string users_text(const OpenFiles& open) {
  if (open.processes == 1) return to_string(open.process);
  return fmt::format("{} processes of {} ({}, pid {}...)", open.processes,
                     to_string(open.process.unit), open.process.command, open.process.pid);
}

std::string files_text(const OpenFiles& open, ShownFiles shown) {
  constexpr std::size_t first = 3;
  const auto& files = open.files;
  const std::size_t count = shown == ShownFiles::all ? files.size() : std::min(first, files.size());
  std::string text = fmt::format(
      "{}", fmt::join(files.begin(), files.begin() + static_cast<std::ptrdiff_t>(count), ", "));
  if (count < files.size()) text += fmt::format(" and {} more", files.size() - count);
  return text;
}

}  // namespace multipath
