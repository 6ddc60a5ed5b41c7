#include "multipath/host/memory/memory_state_files.h"

#include <algorithm>
#include <filesystem>
#include <system_error>

namespace multipath {

std::optional<std::string> MemoryStateFiles::read(const std::string& path) {
  const auto found = files.find(path);
  return found == files.end() ? std::nullopt : std::optional(found->second);
}

std::vector<std::string> MemoryStateFiles::list(const std::string& directory) {
  std::vector<std::string> names;
  for (const auto& [path, content] : files) {
    const std::filesystem::path file(path);
    if (file.parent_path() == directory) names.push_back(file.filename());
  }
  return names;
}

bool MemoryStateFiles::update(const std::string& path, const Change& change) {
  if (fault) {
    const int error = *fault;
    fault.reset();
    throw std::system_error(error, std::generic_category(), "cannot write " + path);
  }
  const std::string content = read(path).value_or("");
  const auto changed = change(content);
  if (!changed || *changed == content) return false;
  files[path] = *changed;
  journal.push_back("write " + path);
  return true;
}

bool MemoryStateFiles::remove(const std::string& path) {
  if (files.erase(path) == 0) return false;
  journal.push_back("remove " + path);
  return true;
}

}  // namespace multipath
