#include "multipath/host/live/live_state_files.h"

#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <system_error>
#include <thread>

#include <doctest/doctest.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "multipath/host/configuration_files.h"
#include "multipath/host/memory/memory_state_files.h"
#include "multipath/host/state_files.h"
#include "tests/support/scratch.h"

using namespace multipath;
using tests::Scratch;

namespace {

std::optional<std::string> add_x(const std::string& content) { return content + "x"; }

}  // namespace

TEST_CASE("a state file and its directory are created for root only") {
  const Scratch scratch;
  LiveStateFiles files;
  const std::string path = scratch.path("multipath/wwids");
  CHECK(!files.read(path));
  CHECK(files.update(path, add_x));
  CHECK(files.read(path) == "x");
  struct stat status{};
  REQUIRE(stat(path.c_str(), &status) == 0);
  CHECK((status.st_mode & 07777) == 0600);
  CHECK(files.list(scratch.path("multipath")) == std::vector<std::string>{"wwids"});
}

TEST_CASE("a change that changes nothing writes nothing") {
  const Scratch scratch;
  LiveStateFiles files;
  const std::string path = scratch.path("wwids");
  files.update(path, add_x);
  const auto before = std::filesystem::last_write_time(path);
  CHECK(!files.update(path, [](const std::string& content) { return content; }));
  CHECK(!files.update(path, [](const std::string&) { return std::nullopt; }));
  CHECK(std::filesystem::last_write_time(path) == before);
}

TEST_CASE("a symbolic link in place of a state file is rejected") {
  const Scratch scratch;
  LiveStateFiles files;
  std::ofstream(scratch.path("target")) << "precious";
  std::filesystem::create_symlink(scratch.path("target"), scratch.path("wwids"));
  CHECK_THROWS_AS(files.update(scratch.path("wwids"), add_x), std::system_error);
  CHECK(files.read(scratch.path("target")) == "precious");
}

TEST_CASE("a change that fails leaves the file and nothing beside it") {
  const Scratch scratch;
  LiveStateFiles files;
  const std::string path = scratch.path("wwids");
  files.update(path, add_x);
  CHECK_THROWS_AS(files.update(path,
                               [](const std::string&) -> std::optional<std::string> {
                                 throw std::runtime_error("no");
                               }),
                  std::runtime_error);
  CHECK(files.read(path) == "x");
  CHECK(files.list(scratch.path("")) == std::vector<std::string>{"wwids"});
}

TEST_CASE("a lock of the packaged tool is waited for, then an error") {
  const Scratch scratch;
  const std::string path = scratch.path("wwids");
  std::ofstream(path) << "old";
  const int holder = open(path.c_str(), O_RDWR);
  REQUIRE(holder >= 0);
  struct flock whole{};
  whole.l_type = F_WRLCK;
  whole.l_whence = SEEK_SET;
  // An open-file-description lock conflicts as another process's lock does.
  REQUIRE(fcntl(holder, F_OFD_SETLK, &whole) == 0);
  LiveStateFiles impatient{std::chrono::milliseconds(0)};
  CHECK_THROWS_AS(impatient.update(path, add_x), std::system_error);
  close(holder);
  CHECK(impatient.update(path, add_x));
  CHECK(impatient.read(path) == "oldx");
}

/// What the error of a file that others may write tells the administrator to run.
static std::string remedy_of(LiveStateFiles& files, const std::string& path) {
  try {
    files.read(path);
  } catch (const UntrustedFile& error) {
    return error.reason().substr(std::min(error.reason().find("run `"), error.reason().size()));
  }
  return "";
}

TEST_CASE("a file writable by other users is rejected with a remedy") {
  const Scratch scratch;
  const std::string path = scratch.path("multipath.conf");
  std::ofstream(path) << "old";
  LiveStateFiles files;
  REQUIRE(chmod(path.c_str(), 0646) == 0);
  CHECK_THROWS_WITH_AS(
      files.read(path),
      doctest::Contains("multipath.conf: users other than root may write to the file (owner "),
      std::system_error);
  CHECK_THROWS_WITH_AS(files.update(path, add_x),
                       doctest::Contains(("then run `chmod go-w " + path + "`").c_str()),
                       UntrustedFile);
  REQUIRE(chmod(path.c_str(), 0644) == 0);
  CHECK(files.read(path) == "old");
  if (geteuid() != 0) return;  // only root can give a file away
  REQUIRE(chown(path.c_str(), 1, 0) == 0);
  CHECK_THROWS_WITH_AS(files.read(path), doctest::Contains("owner 1"), UntrustedFile);
  CHECK(remedy_of(files, path) == "run `chown root " + path + "`");
  REQUIRE(chmod(path.c_str(), 0622) == 0);
  CHECK(remedy_of(files, path) == "run `chown root " + path + "` and `chmod go-w " + path + "`");
  REQUIRE(chown(path.c_str(), 0, 1) == 0);
  REQUIRE(chmod(path.c_str(), 0664) == 0);
  CHECK_THROWS_AS(files.read(path), std::system_error);
  REQUIRE(chown(path.c_str(), 0, 0) == 0);
  CHECK(files.read(path) == "old");
}

TEST_CASE("no change is lost among many writers") {
  const Scratch scratch;
  const std::string path = scratch.path("wwids");
  constexpr int writers = 4;
  constexpr int changes = 25;
  std::vector<std::thread> threads;
  for (int writer = 0; writer < writers; ++writer) {
    threads.emplace_back([&, writer] {
      LiveStateFiles files{std::chrono::seconds(60)};
      for (int change = 0; change < changes; ++change) {
        // One process has one temporary name, so the writers here take turns by the lock alone.
        files.update(path, [&](const std::string& content) {
          return content + fmt::format("{}:{}\n", writer, change);
        });
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  LiveStateFiles files;
  const std::string text = files.read(path).value_or("");
  CHECK(std::count(text.begin(), text.end(), '\n') == writers * changes);
}

TEST_CASE("state files in memory keep a journal and can fail") {
  MemoryStateFiles files;
  CHECK(files.update("/etc/multipath/wwids", add_x));
  CHECK(!files.update("/etc/multipath/wwids", [](const std::string& content) { return content; }));
  CHECK(files.journal == std::vector<std::string>{"write /etc/multipath/wwids"});
  files.fault = ENOSPC;
  CHECK_THROWS_AS(files.update("/etc/multipath/wwids", add_x), std::system_error);
  CHECK(files.read("/etc/multipath/wwids") == "x");
}

TEST_CASE("the configuration's files are read in alphabetical order") {
  MemoryStateFiles files;
  files.files = {{"/etc/multipath.conf", "1"},
                 {"/etc/multipath/conf.d/b.conf", "3"},
                 {"/etc/multipath/conf.d/a.conf", "2"},
                 {"/etc/multipath/conf.d/c.conf.bak", "no"},
                 {"/etc/multipath/conf.d/.conf", "no"}};
  std::string order;
  for (const TextFile& file : read_configuration_files(files).files) order += file.text;
  CHECK(order == "123");
  CHECK(read_configuration_files(files, "/nowhere", "/nowhere.d").files.empty());
}

TEST_CASE("a configuration file that cannot be read is named, and the others are read") {
  const Scratch scratch;
  const std::string directory = scratch.path("conf.d");
  std::filesystem::create_directories(directory + "/b.conf");
  for (const char* name : {"/a.conf", "/c.conf", "/d.conf"})
    std::ofstream(directory + name) << name;
  REQUIRE(chmod((directory + "/c.conf").c_str(), 0646) == 0);
  LiveStateFiles files;
  const ConfigurationFiles read =
      read_configuration_files(files, scratch.path("multipath.conf"), directory);
  REQUIRE(read.files.size() == 2);
  CHECK(read.files[0].name == directory + "/a.conf");
  CHECK(read.files[1].name == directory + "/d.conf");
  REQUIRE(read.unreadable.size() == 2);
  CHECK(read.unreadable[0].name == directory + "/b.conf");
  CHECK(read.unreadable[0].reason == "cannot be read: Invalid argument");
  CHECK(read.unreadable[1].name == directory + "/c.conf");
  CHECK(read.unreadable[1].reason.starts_with("users other than root may write to the file"));
}
