#include "tests/support/memory_tree.h"

#include <algorithm>

#include <doctest/doctest.h>

using tests::MemoryTree;
using FileNames = std::vector<std::string>;

TEST_CASE("a memory tree follows links within a path, not the last one of read_link") {
  MemoryTree tree;
  tree.file("devices/a/b/value", "1\n").link("class/b", "../devices/a/b");
  CHECK(tree.read("class/b/value") == "1\n");
  CHECK(multipath::read_attribute(tree, "class/b/value") == "1");
  CHECK(tree.read_link("class/b") == "../devices/a/b");
  CHECK_FALSE(tree.read_link("class"));
  CHECK(tree.list("class/b") == FileNames{"value"});
  CHECK(tree.list("devices") == FileNames{"a"});
  CHECK(tree.exists("class/b"));
}

TEST_CASE("a memory tree has nothing outside of its root") {
  MemoryTree tree;
  tree.file("a", "1").link("out", "../../etc/passwd").link("round", "round").link("root", "/a");
  CHECK_FALSE(tree.read("../a"));
  CHECK_FALSE(tree.read("/a"));
  CHECK_FALSE(tree.exists("out"));
  CHECK_FALSE(tree.exists("round"));
  CHECK(tree.read("root") == "1");
  CHECK_FALSE(tree.list("a"));
}

TEST_CASE("a file of a memory tree can be unreadable") {
  MemoryTree tree;
  tree.silent_file("device/state").folder("device/holders");
  CHECK(tree.exists("device/state"));
  CHECK_FALSE(tree.read("device/state"));
  CHECK(tree.list("device/holders") == FileNames{});
  tree.remove("device");
  CHECK_FALSE(tree.exists("device/state"));
}
