#include "multipath/host/configuration_files.h"

namespace multipath {

std::vector<TextFile> read_configuration_files(StateFiles& files, const std::string& file,
                                               const std::string& directory) {
  std::vector<TextFile> result;
  if (auto text = files.read(file)) result.push_back({file, std::move(*text)});
  for (const std::string& name : files.list(directory)) {
    constexpr std::string_view suffix = ".conf";
    if (name.size() <= suffix.size() || !name.ends_with(suffix)) continue;
    const std::string path = directory + "/" + name;
    if (auto text = files.read(path)) result.push_back({path, std::move(*text)});
  }
  return result;
}

}  // namespace multipath
