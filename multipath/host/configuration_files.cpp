#include "multipath/host/configuration_files.h"

namespace multipath {
namespace {

void read_file(StateFiles& files, const std::string& name, ConfigurationFiles& into) {
  try {
    if (auto text = files.read(name)) into.files.push_back({name, std::move(*text)});
  } catch (const std::system_error& error) {
    into.unreadable.push_back({name, reason_unreadable(error)});
  }
}

}  // namespace

ConfigurationFiles read_configuration_files(StateFiles& files, const std::string& file,
                                            const std::string& directory) {
  ConfigurationFiles result;
  read_file(files, file, result);
  try {
    for (const std::string& name : files.list(directory)) {
      constexpr std::string_view suffix = ".conf";
      if (name.size() > suffix.size() && name.ends_with(suffix))
        read_file(files, directory + "/" + name, result);
    }
  } catch (const std::system_error& error) {
    result.unreadable.push_back({directory, reason_unreadable(error)});
  }
  return result;
}

std::string reason_unreadable(const std::system_error& error) {
  if (const auto* untrusted = dynamic_cast<const UntrustedFile*>(&error))
    return untrusted->reason();
  return "cannot be read: " + error.code().message();
}

}  // namespace multipath
