#include "multipath/model/proc_tables.h"

#include <algorithm>

#include "multipath/model/cut.h"
#include "multipath/model/holder_names.h"
#include "multipath/model/number_text.h"

namespace multipath {
namespace {

/// "shared:12" -> 12
std::uint32_t group_number(std::string_view word) {
  return parse_number<std::uint32_t>(word.substr(word.find(':') + 1)).value_or(0);
}

std::optional<HolderMount> parse_mount(std::string_view line) {
  const auto id = parse_number<std::uint32_t>(cut(line, ' '));
  const auto parent = parse_number<std::uint32_t>(cut(line, ' '));
  const auto device = parse_device_number(cut(line, ' '));
  if (!id || !parent || !device) return std::nullopt;
  HolderMount mount;
  mount.id = static_cast<int>(*id);
  mount.parent = static_cast<int>(*parent);
  mount.device = *device;
  mount.root = unescape_octal(cut(line, ' '));
  mount.mount_point = unescape_octal(cut(line, ' '));
  mount.options = cut(line, ' ');
  for (std::string_view word = cut(line, ' '); word != "-"; word = cut(line, ' ')) {
    if (line.empty()) return std::nullopt;
    if (word.starts_with("shared:")) mount.shared = group_number(word);
    if (word.starts_with("master:")) mount.master = group_number(word);
  }
  mount.file_system = unescape_octal(cut(line, ' '));
  mount.source = unescape_octal(cut(line, ' '));
  if (mount.file_system.empty()) return std::nullopt;
  return mount;
}

/// The next of words with any number of blanks and tabs between.
std::string_view cut_word(std::string_view& line) {
  constexpr std::string_view blanks = " \t";
  line.remove_prefix(std::min(line.find_first_not_of(blanks), line.size()));
  const std::string_view word = line.substr(0, line.find_first_of(blanks));
  line.remove_prefix(word.size());
  return word;
}

}  // namespace

std::vector<HolderMount> parse_mountinfo(std::string_view text) {
  std::vector<HolderMount> mounts;
  while (!text.empty()) {
    if (auto mount = parse_mount(cut(text, '\n'))) mounts.push_back(std::move(*mount));
  }
  return mounts;
}

std::vector<HolderSwap> parse_swaps(std::string_view text) {
  std::vector<HolderSwap> swaps;
  cut(text, '\n');  // the header
  while (!text.empty()) {
    std::string_view line = cut(text, '\n');
    const std::string_view file = cut_word(line);
    const std::string_view type = cut_word(line);
    const std::string_view size = cut_word(line);
    const auto used_kib = parse_number<std::uint64_t>(cut_word(line));
    if (size.empty() || !used_kib || !file.starts_with('/')) continue;
    swaps.push_back({unescape_octal(file), type == "file", *used_kib});
  }
  return swaps;
}

std::vector<NfsExport> parse_nfs_exports(std::string_view text) {
  std::vector<NfsExport> exports;
  while (!text.empty()) {
    std::string_view line = cut(text, '\n');
    if (!line.starts_with('/')) continue;
    const std::string_view path = cut(line, '\t');
    const std::string_view client = cut(line, '(');
    if (!client.empty()) exports.push_back({unescape_octal(path), unescape_octal(client)});
  }
  return exports;
}

std::uint64_t parse_memory_available(std::string_view meminfo) {
  constexpr std::string_view key = "MemAvailable:";
  const auto begin = meminfo.find(key);
  if (begin == std::string_view::npos) return 0;
  meminfo.remove_prefix(begin + key.size());
  std::string_view line = cut(meminfo, '\n');
  return parse_number<std::uint64_t>(cut_word(line)).value_or(0);
}

std::optional<std::uint64_t> parse_mount_namespace(std::string_view link) {
  constexpr std::string_view begin = "mnt:[";
  if (!link.starts_with(begin) || !link.ends_with(']')) return std::nullopt;
  return parse_number<std::uint64_t>(link.substr(begin.size(), link.size() - begin.size() - 1));
}

}  // namespace multipath
