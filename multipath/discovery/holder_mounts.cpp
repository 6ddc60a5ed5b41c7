#include "multipath/discovery/holder_mounts.h"

#include <algorithm>
#include <array>
#include <sstream>

#include <fmt/format.h>

#include "multipath/discovery/holder_processes.h"
#include "multipath/model/holder_names.h"
#include "multipath/model/number_text.h"

namespace multipath {
namespace {

/// "shared:12" -> 12
std::uint32_t group_number(std::string_view word) {
  return parse_number<std::uint32_t>(word.substr(word.find(':') + 1)).value_or(0);
}

std::optional<MountLine> parse_line(const std::string& line) {
  std::istringstream words(line);
  std::string id, parent, device, root, mount_point, options, word;
  if (!(words >> id >> parent >> device >> root >> mount_point >> options)) return std::nullopt;
  MountLine result;
  while (words >> word && word != "-") {
    if (word.starts_with("shared:")) result.mount.shared = group_number(word);
    if (word.starts_with("master:")) result.mount.master = group_number(word);
  }
  std::string type, source;
  if (!(words >> type >> source)) return std::nullopt;
  const auto number = parse_device_number(device);
  const auto id_number = parse_number<std::uint32_t>(id);
  const auto parent_number = parse_number<std::uint32_t>(parent);
  if (!number || !id_number || !parent_number) return std::nullopt;
  result.device = *number;
  result.mount.id = static_cast<int>(*id_number);
  result.mount.parent = static_cast<int>(*parent_number);
  result.mount.root = unescape_octal(root);
  result.mount.mount_point = unescape_octal(mount_point);
  result.mount.options = options;
  result.mount.file_system = type;
  result.mount.source = unescape_octal(source);
  return result;
}

/// Is `path` the folder, or below it?
bool lies_below(std::string_view path, std::string_view folder) {
  if (folder == "/") return path.starts_with('/');
  return path.starts_with(folder) && (path.size() == folder.size() || path[folder.size()] == '/');
}

}  // namespace

std::vector<MountLine> parse_mountinfo(std::string_view text) {
  std::vector<MountLine> lines;
  std::istringstream input{std::string(text)};
  for (std::string line; std::getline(input, line);) {
    if (auto parsed = parse_line(line)) lines.push_back(std::move(*parsed));
  }
  return lines;
}

void MountTable::add(std::string_view text, std::uint64_t name_space, const Process& seen_by) {
  for (MountLine& line : parse_mountinfo(text)) {
    line.mount.name_space = name_space;
    line.mount.own_name_space = name_space == own_;
    line.mount.seen_by = seen_by;
    children_.emplace(std::pair(name_space, line.mount.parent), lines_.size());
    lines_.push_back(std::move(line));
  }
}

MountTable MountTable::read(const Host& host, std::vector<Finding>& findings) {
  MountTable table;
  table.own_ = mount_namespace(host.proc, "self").value_or(0);
  table.first_process_ = mount_namespace(host.proc, "1").value_or(0);
  table.add(host.proc.read("self/mountinfo").value_or(""), table.own_, {});
  table.seen_.insert(table.own_);
  std::size_t hidden = 0;
  for (const std::string& pid : process_ids(host.proc)) {
    const auto name_space = mount_namespace(host.proc, pid);
    if (!name_space) {
      if (!has_ended(host.proc, pid)) ++hidden;
      continue;
    }
    if (table.seen_.contains(*name_space)) continue;
    const auto text = host.proc.read(pid + "/mountinfo");
    if (!text || text->empty()) continue;
    table.seen_.insert(*name_space);
    table.add(*text, *name_space, describe_process(host.proc, pid));
  }
  table.mark_followers();
  if (hidden > 0) {
    findings.push_back({Finding::Severity::warning, "mounts",
                        fmt::format("the mount namespaces of {} processes can not be seen; try it "
                                    "as root",
                                    hidden)});
  }
  return table;
}

/// An unmount is propagated from the parent of the mount to the same place in the parent's peers and
/// followers (fs/pnode.c, propagate_umount).
void MountTable::mark_followers() {
  std::map<std::pair<std::uint64_t, int>, const HolderMount*> by_id;
  std::multimap<std::string_view, const MountLine*> own;
  for (const MountLine& line : lines_) {
    by_id[{line.mount.name_space, line.mount.id}] = &line.mount;
    if (line.mount.own_name_space) own.emplace(line.mount.mount_point, &line);
  }
  const auto parent = [&](const HolderMount& mount) -> const HolderMount* {
    const auto found = by_id.find({mount.name_space, mount.parent});
    return found == by_id.end() ? nullptr : found->second;
  };
  for (MountLine& line : lines_) {
    if (line.mount.own_name_space) continue;
    const HolderMount* its = parent(line.mount);
    if (its == nullptr) continue;
    const auto [begin, end] = own.equal_range(line.mount.mount_point);
    line.mount.follows = std::any_of(begin, end, [&](const auto& entry) {
      const HolderMount* ours = parent(entry.second->mount);
      return entry.second->device == line.device && ours != nullptr && ours->shared != 0 &&
             (its->shared == ours->shared || its->master == ours->shared);
    });
  }
}

const MountLine* MountTable::file_system_of(std::string_view path) const {
  const MountLine* best = nullptr;
  for (const MountLine& line : lines_) {
    if (line.mount.name_space != own_ || !lies_below(path, line.mount.mount_point)) continue;
    // The last of two on one mount point covers the other.
    if (best == nullptr || line.mount.mount_point.size() >= best->mount.mount_point.size())
      best = &line;
  }
  return best;
}

std::vector<const MountLine*> MountTable::children_of(const HolderMount& mount) const {
  std::vector<const MountLine*> result;
  const auto [begin, end] = children_.equal_range(std::pair(mount.name_space, mount.id));
  for (auto child = begin; child != end; ++child) result.push_back(&lines_[child->second]);
  return result;
}

std::vector<std::string> MountTable::kept_name_spaces() const {
  constexpr std::string_view begin = "mnt:[";
  std::vector<std::string> result;
  for (const MountLine& line : lines_) {
    std::string_view root = line.mount.root;
    if (line.mount.file_system != "nsfs" || !root.starts_with(begin) || !root.ends_with(']'))
      continue;
    root.remove_prefix(begin.size());
    root.remove_suffix(1);
    const auto name_space = parse_number<std::uint64_t>(root);
    if (name_space && !seen_.contains(*name_space)) result.push_back(line.mount.mount_point);
  }
  return result;
}

std::vector<std::set<std::string>> read_btrfs_members(const SysTree& sys) {
  std::vector<std::set<std::string>> result;
  for (const std::string& uuid : sys.list("fs/btrfs").value_or(std::vector<std::string>{})) {
    const auto devices = sys.list("fs/btrfs/" + uuid + "/devices");
    if (devices && !devices->empty()) result.emplace_back(devices->begin(), devices->end());
  }
  std::ranges::sort(result);
  return result;
}

std::string file_system_in_sysfs(const SysTree& sys, const std::string& kname) {
  constexpr std::array<const char*, 5> types{"ext4", "xfs", "f2fs", "jfs", "erofs"};
  for (const char* type : types) {
    if (sys.exists(fmt::format("fs/{}/{}", type, kname))) return type;
  }
  return "";
}

}  // namespace multipath
