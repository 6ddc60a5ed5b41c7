#include "multipath/model/open_files.h"

#include <doctest/doctest.h>

using namespace multipath;

namespace {

const ProcessUnit postgres{ProcessUnit::Manager::system, "postgresql.service"};

HolderOpener opener(int pid, const std::string& file, const ProcessUnit& unit = {}) {
  return {{pid, "postgres", unit}, file, false, false};
}

}  // namespace

TEST_CASE("open files are one line for each unit, and for each process without one") {
  const std::vector<HolderOpener> openers{opener(1, "/a", postgres),
                                          opener(9, "/x"),
                                          opener(2, "/b", postgres),
                                          opener(2, "/a", postgres),
                                          opener(2, "/c", postgres),
                                          opener(1, "/d", postgres),
                                          opener(8, "/x")};
  const auto open = open_files_of(openers);
  REQUIRE(open.size() == 3);
  CHECK(users_text(open[0]) == "2 processes of postgresql.service (postgres, pid 1...)");
  CHECK(files_text(open[0], ShownFiles::first) == "/a, /b, /c and 1 more");
  CHECK(files_text(open[0], ShownFiles::all) == "/a, /b, /c, /d");
  CHECK(users_text(open[1]) == "postgres, pid 9");
  CHECK(files_text(open[1], ShownFiles::first) == "/x");
  CHECK(open[2].process.pid == 8);
}

TEST_CASE("an open device is distinguished from open files on it") {
  std::vector<HolderOpener> openers{opener(1, "/a", postgres), opener(1, "/dev/dm-0", postgres)};
  openers[1].of_device = true;
  CHECK(open_files_of(openers).size() == 2);
  CHECK(open_files_of({}).empty());
}
