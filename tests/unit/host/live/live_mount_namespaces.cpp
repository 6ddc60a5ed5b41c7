#include "multipath/host/live/live_mount_namespaces.h"

#include <sys/stat.h>

#include <cerrno>
#include <system_error>

#include <doctest/doctest.h>
#include <unistd.h>

using multipath::LiveMountNamespaces;

namespace {

std::uint64_t own_name_space() {
  struct stat status{};
  REQUIRE(::stat("/proc/self/ns/mnt", &status) == 0);
  return status.st_ino;
}

/// May this user enter a namespace at all? Root may; in some containers not even root.
bool is_enterable() {
  return LiveMountNamespaces().open(::getpid(), own_name_space())->mountinfo().has_value();
}

constexpr std::chrono::milliseconds plenty{20'000};

}  // namespace

TEST_CASE("only the intended namespace is opened") {
  LiveMountNamespaces name_spaces;
  CHECK_NOTHROW(name_spaces.open(::getpid(), own_name_space()));
  const auto error_of = [&](int pid, std::uint64_t inode) {
    try {
      name_spaces.open(pid, inode);
    } catch (const std::system_error& error) {
      return error.code().value();
    }
    return 0;
  };
  CHECK(error_of(::getpid(), own_name_space() + 1) == ESTALE);
  constexpr int no_process = 0x7fff'ffff;
  CHECK(error_of(no_process, own_name_space()) == ENOENT);
}

TEST_CASE("mounts are read from the root of the namespace") {
  if (!is_enterable()) return;
  const auto text = LiveMountNamespaces().open(::getpid(), own_name_space())->mountinfo();
  CHECK(text->find(" / / ") != std::string::npos);
}

TEST_CASE("only the intended mount is unmounted") {
  if (!is_enterable()) return;
  const auto own = LiveMountNamespaces().open(::getpid(), own_name_space());
  CHECK(own->unmount("/no/such/place", 1, plenty).value() == ENOENT);
  // The last number that a mount can have is nobody's.
  CHECK(own->unmount("/proc", 0x7fff'ffff, plenty).value() == ESTALE);
}

TEST_CASE("links in the path of a mount point are not followed") {
  if (!is_enterable()) return;
  const auto own = LiveMountNamespaces().open(::getpid(), own_name_space());
  CHECK(own->unmount("/proc/self/cwd", 1, plenty).value() == ELOOP);
}
