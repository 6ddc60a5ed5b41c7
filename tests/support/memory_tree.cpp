#include "tests/support/memory_tree.h"

#include <algorithm>
#include <deque>
#include <stdexcept>

#include "multipath/host/live/file_tree.h"

namespace tests {
namespace {

std::deque<std::string> components(std::string_view path) {
  std::deque<std::string> parts;
  while (!path.empty()) {
    const auto slash = std::min(path.find('/'), path.size());
    if (slash > 0 && path.substr(0, slash) != ".") parts.emplace_back(path.substr(0, slash));
    path.remove_prefix(std::min(slash + 1, path.size()));
  }
  return parts;
}

std::string parent_of(const std::string& path) {
  const auto slash = path.rfind('/');
  return slash == std::string::npos ? "" : path.substr(0, slash);
}

std::string below(const std::string& folder, const std::string& name) {
  return folder.empty() ? name : folder + "/" + name;
}

}  // namespace

MemoryTree& MemoryTree::put(const std::string& path, Entry entry) {
  if (!multipath::stays_below_root(path)) throw std::invalid_argument("not below a root: " + path);
  for (std::string above = parent_of(path); !above.empty(); above = parent_of(above)) {
    if (entries_.try_emplace(above).first->second.kind != Kind::folder)
      throw std::invalid_argument("no folder: " + above);
  }
  entries_.insert_or_assign(path, std::move(entry));
  return *this;
}

MemoryTree& MemoryTree::file(const std::string& path, std::string content) {
  return put(path, {Kind::file, std::move(content)});
}

void MemoryTree::change(const std::string& path, std::string content) {
  const auto own = resolve(path, LastLink::follow);
  if (!own) throw std::invalid_argument("no file: " + path);
  entries_.find(*own)->second.text = std::move(content);
}

MemoryTree& MemoryTree::link(const std::string& path, std::string target) {
  return put(path, {Kind::link, std::move(target)});
}

MemoryTree& MemoryTree::folder(const std::string& path) { return put(path, {}); }

MemoryTree& MemoryTree::silent_file(const std::string& path) {
  return put(path, {Kind::silent_file, ""});
}

MemoryTree& MemoryTree::remove(const std::string& path) {
  entries_.erase(path);
  std::erase_if(entries_, [&](const auto& entry) { return entry.first.starts_with(path + "/"); });
  return *this;
}

std::optional<std::string> MemoryTree::resolve(std::string_view path, LastLink last) const {
  constexpr int most_links = 40;
  if (!multipath::stays_below_root(path)) return std::nullopt;
  std::deque<std::string> rest = components(path);
  std::string here;
  for (int links = 0; !rest.empty();) {
    const std::string name = rest.front();
    rest.pop_front();
    if (name == "..") {
      if (here.empty()) return std::nullopt;
      here = parent_of(here);
      continue;
    }
    const std::string next = below(here, name);
    const auto found = entries_.find(next);
    if (found == entries_.end()) return std::nullopt;
    if (found->second.kind != Kind::link || (rest.empty() && last == LastLink::keep)) {
      here = next;
      continue;
    }
    if (++links > most_links) return std::nullopt;
    if (found->second.text.starts_with('/')) here.clear();
    const auto target = components(found->second.text);
    rest.insert(rest.begin(), target.begin(), target.end());
  }
  return here;
}

const MemoryTree::Entry* MemoryTree::find(std::string_view path, LastLink last) const {
  const auto resolved = resolve(path, last);
  return resolved ? &entries_.find(*resolved)->second : nullptr;
}

std::optional<std::string> MemoryTree::read(std::string_view path) const {
  const Entry* entry = find(path, LastLink::follow);
  if (entry == nullptr || entry->kind != Kind::file) return std::nullopt;
  return entry->text;
}

std::optional<std::vector<std::string>> MemoryTree::list(std::string_view path) const {
  const auto folder = path == "." ? std::string() : resolve(path, LastLink::follow);
  if (!folder || entries_.find(*folder)->second.kind != Kind::folder) return std::nullopt;
  std::vector<std::string> names;
  for (const auto& [name, entry] : entries_) {
    if (!name.empty() && parent_of(name) == *folder)
      names.push_back(name.substr(folder->empty() ? 0 : folder->size() + 1));
  }
  return names;
}

std::optional<std::string> MemoryTree::read_link(std::string_view path) const {
  const Entry* entry = find(path, LastLink::keep);
  if (entry == nullptr || entry->kind != Kind::link) return std::nullopt;
  return entry->text;
}

bool MemoryTree::exists(std::string_view path) const {
  return find(path, LastLink::follow) != nullptr;
}

}  // namespace tests
