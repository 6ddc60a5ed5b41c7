#include "multipath/host/live/live_sys_writer.h"

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <system_error>

#include <doctest/doctest.h>

#include "multipath/host/sys_writer.h"
#include "tests/support/scratch.h"

using multipath::LiveSysWriter;
namespace fs = std::filesystem;

namespace {

/// A directory with one attribute.
class Attribute {
 public:
  Attribute() {
    fs::create_directories(root_ / "class/port");
    std::ofstream(root_ / "class/port/tmo") << "12";
  }

  std::string root() const { return root_; }
  std::string content() const {
    std::ifstream file(root_ / "class/port/tmo");
    std::string text;
    std::getline(file, text, '\0');
    return text;
  }

 private:
  tests::Scratch scratch_;
  fs::path root_ = scratch_.path();
};

std::system_error refusal(LiveSysWriter& writer, const std::string& path) {
  try {
    writer.write(path, "5");
  } catch (const std::system_error& error) {
    return error;
  }
  return std::system_error(0, std::generic_category());
}

}  // namespace

TEST_CASE("an existing attribute gets the value") {
  const Attribute attribute;
  LiveSysWriter(attribute.root()).write("class/port/tmo", "60");
  CHECK(attribute.content() == "60");
}

TEST_CASE("a missing attribute is an error and is not created") {
  const Attribute attribute;
  LiveSysWriter writer(attribute.root());
  const auto error = refusal(writer, "class/port/none");
  CHECK(error.code() == std::errc::no_such_file_or_directory);
  CHECK(std::string(error.what())
            .find("cannot write 5 to " + attribute.root() + "/class/port/none") !=
        std::string::npos);
  CHECK_FALSE(fs::exists(attribute.root() + "/class/port/none"));
}

TEST_CASE("nothing is written outside the tree") {
  const Attribute attribute;
  LiveSysWriter writer(attribute.root() + "/class");
  for (const char* path : {"../class/port/tmo", "/etc/hostname", "", "port/../port/tmo"})
    CHECK(refusal(writer, path).code() == std::errc::invalid_argument);
  CHECK(attribute.content() == "12");
}
