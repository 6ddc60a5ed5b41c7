#include "tests/support/memory_sys_writer.h"

#include <cerrno>
#include <system_error>

namespace tests {

void MemorySysWriter::write(std::string_view path, std::string_view value) {
  const std::string file(path);
  const auto fault = refused.find(path);
  const int error = fault != refused.end() ? fault->second : tree_.exists(path) ? 0 : ENOENT;
  if (error != 0) {
    throw std::system_error(error, std::generic_category(),
                            "cannot write " + std::string(value) + " to /sys/" + file);
  }
  tree_.change(file, std::string(value) + "\n");
  journal.push_back(std::string(value) + " > " + file);
}

}  // namespace tests
