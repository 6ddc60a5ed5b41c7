#include "multipath/holders/mounts.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "multipath/capture/capture.h"
#include "multipath/capture/captured_host.h"
#include "multipath/capture/recording_host.h"
#include "multipath/discovery/unit_paths.h"
#include "multipath/holders/device_users.h"
#include "multipath/holders/graph.h"
#include "tests/support/holder_world.h"
#include "tests/support/immortal.h"
#include "tests/support/memory_mount_namespaces.h"
#include "tests/support/scratch.h"

using namespace multipath;
using tests::HolderWorld;

namespace {

constexpr const char* root_line = "20 1 0:30 / / rw - tmpfs none rw\n";

std::string mount_of(const HolderWorld& world, const std::string& mount_point) {
  return fmt::format("21 20 {} / {} rw - ext4 /dev/sda rw\n", to_string(world.number("sda")),
                     mount_point);
}

std::vector<std::string> mount_points(const Host& host) {
  std::vector<std::string> result;
  const HolderGraph graph = discover_holders(host, {"sda"});
  for (const HolderMount& mount : graph.nodes.at(0).mounts) result.push_back(mount.mount_point);
  return result;
}

using Paths = std::vector<std::string>;

Paths users_of_sda(HolderWorld& world) {
  Host host = world.host();
  Paths texts;
  for (const PathUser& user : DeviceUsers(host).of("sda")) texts.push_back(user.text);
  return texts;
}

}  // namespace

TEST_CASE("a first process in a chroot does not hide the mounts of its namespace") {
  HolderWorld world;
  world.device("sda");
  world.process(300, "chrooted", 7, "22 20 0:31 / / rw - tmpfs none rw\n");
  world.proc.link("300/root", "/srv/jail");
  SUBCASE("another process sees all of it") {
    world.process(301, "whole", 7, root_line + mount_of(world, "/mnt"));
    world.proc.link("301/root", "/");
    CHECK(mount_points(world.host()) == Paths{"/mnt"});
  }
  SUBCASE("the namespace is entered when no process sees all of it") {
    tests::MemoryMountNamespaces name_spaces(world.proc);
    name_spaces.mountinfo[7] = root_line + mount_of(world, "/mnt");
    Host host = world.host();
    host.mount_namespaces = name_spaces;
    CHECK(mount_points(host) == Paths{"/mnt"});
    CHECK(discover_holders(host, {"sda"}).findings.empty());
  }
  SUBCASE("what is seen from inside has its whole path, and that it is a part is told") {
    world.process(302, "other", 7, mount_of(world, "/inside"));
    world.proc.link("302/root", "/srv/other");
    CHECK(mount_points(world.host()) == Paths{"/srv/other/inside"});
    const auto findings = discover_holders(world.host(), {"sda"}).findings;
    REQUIRE(findings.size() == 1);
    CHECK(findings[0].text.find("mount namespace 7 cannot be seen whole") != std::string::npos);
  }
}

TEST_CASE("a namespace that was entered replays from a capture") {
  HolderWorld world;
  world.device("sda");
  world.process(300, "chrooted", 7, "22 20 0:31 / / rw - tmpfs none rw\n");
  world.proc.link("300/root", "/srv/jail");
  tests::MemoryMountNamespaces name_spaces(world.proc);
  name_spaces.mountinfo[7] = root_line + mount_of(world, "/mnt");
  Host host = world.host();
  host.mount_namespaces = name_spaces;
  auto& recording = tests::immortal<RecordingHost>(host);
  CHECK(mount_points(recording.host()) == Paths{"/mnt"});
  const tests::Scratch scratch;
  write_capture(recording.capture(), scratch.path("host"));
  auto& captured = tests::immortal<CapturedHost>(scratch.path("host"));
  CHECK(mount_points(captured.host()) == Paths{"/mnt"});
  CHECK(captured.missing().empty());
}

TEST_CASE("an unreadable mountinfo is reported") {
  HolderWorld world;
  world.device("sda").process(300, "large", 7, "");
  world.proc.silent_file("300/mountinfo");
  CHECK(discover_holders(world.host(), {"sda"}).findings.size() == 1);
  world.process(301, "other", 7, root_line + mount_of(world, "/mnt"));
  CHECK(mount_points(world.host()) == Paths{"/mnt"});
  CHECK(discover_holders(world.host(), {"sda"}).findings.empty());
}

TEST_CASE("a table of mounts or swaps that cannot be read may name the device") {
  HolderWorld world;
  world.device("sda");
  CHECK(users_of_sda(world).empty());
  world.proc.silent_file("100/mountinfo").silent_file("swaps");
  world.proc.link("self", "100");
  CHECK(users_of_sda(world) == Paths{"perhaps in /proc/self/mountinfo, which cannot be read",
                                     "perhaps in /proc/swaps, which cannot be read"});
}

TEST_CASE("a mount behind the first megabyte of mountinfo is seen by every reader") {
  HolderWorld world;
  world.device("sda");
  std::string text = root_line;
  for (int i = 0; i < 4500; ++i)
    text +=
        fmt::format("{} 20 0:{} / /many/{:x<250}/{} rw - tmpfs none rw\n", 100 + i, 40 + i, "", i);
  CHECK(text.size() > 1U << 20);
  world.process(100, "multipath", 1, text + mount_of(world, "/m\\040nt"));
  CHECK(mount_points(world.host()) == Paths{"/m nt"});
  CHECK(users_of_sda(world) == Paths{"mounted on /m nt"});
}

TEST_CASE("a path lies below the longest mount point, by whole parts") {
  MountPointIndex index;
  CHECK_FALSE(index.find("/a"));
  index.add("/", 0);
  index.add("/a", 1);
  index.add("/a/b", 2);
  index.add("/ab", 3);
  index.add("/a", 4);
  CHECK(index.find("/") == 0U);
  CHECK(index.find("/x/y") == 0U);
  CHECK(index.find("/a") == 4U);
  CHECK(index.find("/a/x") == 4U);
  CHECK(index.find("/a/b/c") == 2U);
  CHECK(index.find("/abc") == 0U);
  CHECK(index.find("/ab/c") == 3U);
  CHECK(index.find("//a//b") == 2U);
  CHECK(index.find("") == 0U);
}
