// Archives of a capture: any bytes are rejected, or survive a round trip; no name leaves the
// archive.
#include <stdexcept>

#include "multipath/capture/tar.h"
#include "tests/fuzz/property.h"

using namespace multipath;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view archive(reinterpret_cast<const char*>(data), size);
  const auto files = read_tar(archive);
  if (!files) {
    tests::require(files.error().offset <= size);
    return 0;
  }
  std::map<std::string, std::string> copy;
  for (const auto& [name, content] : *files) {
    tests::require(!name.empty() && name.front() != '/' && name.back() != '/');
    tests::require(("/" + name + "/").find("/../") == std::string::npos);
    copy.emplace(name, content);
  }
  try {
    const std::string written = tar_of(copy);
    const auto again = read_tar(written);
    tests::require(again.has_value() && *again == TarFiles(copy.begin(), copy.end()));
  } catch (const std::length_error&) {
    // A name that needs a GNU header.
  }
  return 0;
}
