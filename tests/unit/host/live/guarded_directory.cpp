#include "multipath/host/live/guarded_directory.h"

#include <sys/stat.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <system_error>

#include <doctest/doctest.h>
#include <unistd.h>

#include "multipath/capture/capture.h"
#include "multipath/host/live/live_signature_backup.h"
#include "tests/support/scratch.h"

using namespace multipath;
namespace fs = std::filesystem;
using Missing = GuardedDirectory::Missing;
using Shared = GuardedDirectory::Shared;

namespace {

GuardedDirectory open(const fs::path& path, Missing missing = Missing::refuse,
                      Shared shared = Shared::no) {
  return {path.string(), missing, shared};
}

fs::path root_of(const tests::Scratch& scratch) {
  return fs::path(scratch.path("x")).parent_path();
}

template <typename Do>
int error_of(Do action) {
  try {
    action();
    return 0;
  } catch (const std::system_error& error) {
    return error.code().value();
  }
}

std::string content_of(const fs::path& file) {
  std::ostringstream content;
  content << std::ifstream(file, std::ios::binary).rdbuf();
  return content.str();
}

void put(const fs::path& file, const std::string& content) {
  std::ofstream(file, std::ios::binary) << content;
}

}  // namespace

TEST_CASE("a path with a directory writable by others is rejected") {
  const tests::Scratch scratch;
  const fs::path root = root_of(scratch);
  fs::create_directories(root / "open/below");
  REQUIRE(::chmod((root / "open").c_str(), 0777) == 0);
  CHECK(error_of([&] { open(root / "open"); }) == EPERM);
  CHECK(error_of([&] { open(root / "open/below"); }) == EPERM);
  CHECK(error_of([&] { open(root / "open/new", Missing::make); }) == EPERM);
  CHECK_FALSE(fs::exists(root / "open/new"));
  REQUIRE(::chmod((root / "open").c_str(), 01777) == 0);
  CHECK(error_of([&] { open(root / "open"); }) == EPERM);
  CHECK(error_of([&] { open(root / "open", Missing::refuse, Shared::sticky); }) == 0);
  CHECK(error_of([&] { open(root / "open/below"); }) == 0);
}

TEST_CASE("another user's directory is rejected") {
  const tests::Scratch scratch;
  const fs::path theirs = root_of(scratch) / "theirs";
  fs::create_directory(theirs);
  constexpr uid_t nobody = 65534;
  if (::chown(theirs.c_str(), nobody, 0) != 0) return;  // not root
  CHECK(error_of([&] { open(theirs); }) == EPERM);
  CHECK(error_of([&] { open(theirs / "below", Missing::make); }) == EPERM);
}

TEST_CASE("symbolic links are never followed") {
  const tests::Scratch scratch;
  const fs::path root = root_of(scratch);
  fs::create_directories(root / "real/below");
  fs::create_directory_symlink(root / "real", root / "link");
  CHECK(error_of([&] { open(root / "link"); }) == ELOOP);
  CHECK(error_of([&] { open(root / "link/below"); }) == ELOOP);
  CHECK(error_of([&] { open(root / "link/new", Missing::make); }) == ELOOP);
  CHECK_FALSE(fs::exists(root / "real/new"));
}

TEST_CASE("a new file never overwrites a file or a link's target") {
  const tests::Scratch scratch;
  const fs::path root = root_of(scratch);
  const GuardedDirectory directory = open(root / "a/b", Missing::make);
  struct stat status{};
  REQUIRE(::stat((root / "a/b").c_str(), &status) == 0);
  CHECK((status.st_mode & 07777) == 0700);
  directory.write_new("file", "text");
  CHECK(content_of(root / "a/b/file") == "text");
  CHECK(error_of([&] { directory.write_new("file", "other"); }) == EEXIST);
  put(root / "victim", "mine");
  fs::create_symlink(root / "victim", root / "a/b/link");
  CHECK(error_of([&] { directory.write_new("link", "other"); }) == EEXIST);
  CHECK(error_of([&] { directory.make_directory("link"); }) == EEXIST);
  CHECK(error_of([&] { directory.directory("link"); }) == ELOOP);
  CHECK(content_of(root / "victim") == "mine");
  CHECK(directory.names() == std::vector<std::string>{"file", "link"});
}

TEST_CASE("removal never follows links") {
  const tests::Scratch scratch;
  const fs::path root = root_of(scratch);
  const GuardedDirectory directory = open(root);
  directory.make_directory("old").directory("deep").write_new("file", "text");
  put(root / "victim", "mine");
  fs::create_symlink(root / "victim", root / "old/link");
  directory.remove_directory("old");
  CHECK(directory.names() == std::vector<std::string>{"victim"});
}

TEST_CASE("a capture is not written through a link or into an open directory") {
  const tests::Scratch scratch;
  const fs::path root = root_of(scratch);
  fs::create_directories(root / "real");
  fs::create_directory_symlink(root / "real", root / "link");
  Capture capture;
  capture.files["etc/multipath.conf"] = "defaults {\n}\n";
  CHECK(error_of([&] { write_capture(capture, (root / "link/new").string()); }) == ELOOP);
  CHECK(error_of([&] { write_capture(capture, (root / "link/new.tar").string()); }) == ELOOP);
  CHECK(error_of([&] { write_capture(capture, (root / "link").string()); }) == EEXIST);
  REQUIRE(::chmod((root / "real").c_str(), 0777) == 0);
  CHECK(error_of([&] { write_capture(capture, (root / "real/new").string()); }) == EPERM);
  CHECK(fs::is_empty(root / "real"));
  write_capture(capture, (root / "good/").string());
  CHECK(content_of(root / "good/etc/multipath.conf") == "defaults {\n}\n");
}

TEST_CASE("saved signatures are verified, and older ones are kept") {
  const tests::Scratch scratch;
  const fs::path root = root_of(scratch);
  const std::string directory = (root / "save").string();
  const std::string node = (root / "disk").string();
  put(node, "0123456789");
  LiveSignatureBackup backup;
  backup.require_trusted(directory);
  CHECK_FALSE(fs::exists(directory));
  using Compare = SignatureBackup::Compare;
  const std::string fresh = backup.begin(directory, node);
  put(fresh + "/wipefs-disk-0x00000004.bak", "45");
  put(fresh + "/something else", "x");
  backup.keep(fresh, directory, node, Compare::with_device);
  CHECK(content_of(directory + "/wipefs-disk-0x00000004.bak") == "45");

  // The device is erased meanwhile; what was saved may be saved once more, as it was.
  put(node, "0123xx6789");
  put(fresh + "/wipefs-disk-0x00000004.bak", "45");
  put(fresh + "/wipefs-disk-0x00000006.bak", "67");
  backup.keep(fresh, directory, node, Compare::no);
  put(fresh + "/wipefs-disk-0x00000006.bak", "??");
  CHECK(error_of([&] { backup.keep(fresh, directory, node, Compare::no); }) == EEXIST);
  backup.end(fresh);
  CHECK_FALSE(fs::exists(fresh));
  CHECK(content_of(directory + "/wipefs-disk-0x00000006.bak") == "67");

  const std::string again = backup.begin(directory, node);
  CHECK(content_of(directory + "/disk.1/wipefs-disk-0x00000004.bak") == "45");
  CHECK_FALSE(fs::exists(directory + "/wipefs-disk-0x00000004.bak"));
  put(again + "/wipefs-disk-0x00000000.bak", "wrong");
  CHECK(error_of([&] { backup.keep(again, directory, node, Compare::with_device); }) == EIO);
  CHECK_FALSE(fs::exists(directory + "/wipefs-disk-0x00000000.bak"));
}

TEST_CASE("signatures are not saved where other users can interfere") {
  const tests::Scratch scratch;
  const fs::path root = root_of(scratch);
  fs::create_directories(root / "open");
  fs::create_directories(root / "real");
  fs::create_directory_symlink(root / "real", root / "link");
  REQUIRE(::chmod((root / "open").c_str(), 0777) == 0);
  const LiveSignatureBackup backup;
  CHECK(error_of([&] { backup.require_trusted((root / "open").string()); }) == EPERM);
  CHECK(error_of([&] { backup.require_trusted((root / "open/new/below").string()); }) == EPERM);
  CHECK(error_of([&] { backup.require_trusted((root / "link").string()); }) == ELOOP);
  CHECK(error_of([&] { backup.require_trusted((root / "new/below").string()); }) == 0);
}
