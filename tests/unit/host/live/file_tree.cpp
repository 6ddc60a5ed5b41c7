#include "multipath/host/live/file_tree.h"

#include <sys/stat.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <system_error>

#include <doctest/doctest.h>

#include "tests/support/scratch.h"

using multipath::FileTree;
using multipath::read_attribute;
using multipath::stays_below_root;
namespace fs = std::filesystem;

namespace {

class ScratchDirectory {
 public:
  void write(const std::string& name, const std::string& content) const {
    fs::create_directories((path_ / name).parent_path());
    std::ofstream(path_ / name, std::ios::binary) << content;
  }
  const fs::path& path() const { return path_; }

 private:
  tests::Scratch scratch_;
  fs::path path_ = scratch_.path();
};

}  // namespace

TEST_CASE("absolute, empty and climbing paths are rejected") {
  CHECK(stays_below_root("class/block"));
  CHECK(stays_below_root("a..b/..c/d.."));
  CHECK_FALSE(stays_below_root(""));
  CHECK_FALSE(stays_below_root("/class"));
  CHECK_FALSE(stays_below_root(".."));
  CHECK_FALSE(stays_below_root("class/../../etc/passwd"));
  CHECK_FALSE(stays_below_root("class/.."));
  CHECK_FALSE(stays_below_root(std::string_view("a\0b", 3)));

  ScratchDirectory scratch;
  scratch.write("sys/one", "1\n");
  scratch.write("two", "2\n");
  const FileTree tree((scratch.path() / "sys").string());
  CHECK(tree.exists("one"));
  CHECK_FALSE(tree.exists("../two"));
  CHECK_FALSE(tree.read("../two"));
  CHECK_FALSE(tree.list(".."));
  CHECK_FALSE(tree.read_link("../two"));
  CHECK_FALSE(tree.read((scratch.path() / "two").string()));
}

TEST_CASE("files are returned unchanged, including NUL bytes") {
  ScratchDirectory scratch;
  const std::string bytes("\0\x83\0\x04 \n\n", 7);
  scratch.write("device/vpd_pg83", bytes);
  const FileTree tree(scratch.path().string());
  CHECK(tree.read("device/vpd_pg83") == bytes);
  CHECK_FALSE(tree.read("device/vpd_pg80"));
}

TEST_CASE("a long file is read whole, or not at all beyond the limit") {
  ScratchDirectory scratch;
  const std::string pages(3 * 4096 + 17, 'x');
  scratch.write("pages", pages);
  scratch.write("page", std::string(4096, 'y'));
  const std::string large((1U << 20) + 5, 'z');
  scratch.write("large", large);
  scratch.write("too large", "");
  fs::resize_file(scratch.path() / "too large", FileTree::content_limit + 1);
  scratch.write("empty", "");
  const FileTree tree(scratch.path().string());
  CHECK(tree.read("pages") == pages);
  CHECK(tree.read("page") == std::string(4096, 'y'));
  CHECK(tree.read("large") == large);
  CHECK_FALSE(tree.read("too large"));
  CHECK(tree.read("empty") == "");
}

TEST_CASE("directories are not read, and files are not listed") {
  ScratchDirectory scratch;
  scratch.write("class/block", "text");
  const FileTree tree(scratch.path().string());
  CHECK_FALSE(tree.read("class"));
  CHECK_FALSE(tree.list("class/block"));
  CHECK_FALSE(tree.list("nothing"));
}

TEST_CASE("a directory is listed without itself and its parent") {
  ScratchDirectory scratch;
  for (int i = 0; i < 2000; ++i) scratch.write("many/" + std::to_string(i), "");
  scratch.write("many/.hidden", "");
  const FileTree tree(scratch.path().string());
  auto names = tree.list("many");
  REQUIRE(names);
  CHECK(names->size() == 2001);
  CHECK(std::count(names->begin(), names->end(), ".hidden") == 1);
  CHECK(tree.list(".") == std::vector<std::string>{"many"});
}

TEST_CASE("a link's text is returned unchanged") {
  ScratchDirectory scratch;
  fs::create_symlink("../../devices/virtual/block/dm-0", scratch.path() / "dm-0");
  const FileTree tree(scratch.path().string());
  CHECK(tree.read_link("dm-0") == "../../devices/virtual/block/dm-0");
  CHECK_FALSE(tree.exists("dm-0"));
  CHECK_FALSE(tree.read_link("dm-1"));
}

TEST_CASE("a FIFO in a copied tree does not block") {
  ScratchDirectory scratch;
  REQUIRE(::mkfifo((scratch.path() / "fifo").c_str(), 0600) == 0);
  const FileTree tree(scratch.path().string());
  CHECK(tree.read("fifo") == "");
}

TEST_CASE("a tree without a root is an error that names it") {
  CHECK_THROWS_WITH_AS(FileTree("/nonexistent").exists("class"),
                       "cannot open directory /nonexistent: No such file or directory",
                       std::system_error);
}

TEST_CASE("an attribute is read without trailing blanks") {
  ScratchDirectory scratch;
  scratch.write("model", "  FlashArray     \n");
  scratch.write("blank", " \n");
  const FileTree tree(scratch.path().string());
  CHECK(read_attribute(tree, "model") == "  FlashArray");
  CHECK(read_attribute(tree, "blank") == "");
  CHECK_FALSE(read_attribute(tree, "vendor"));
}

TEST_CASE("long /proc files are read to the end") {
  const FileTree proc("/proc");
  const auto mounts = proc.read("self/mountinfo");
  REQUIRE(mounts);
  CHECK(mounts->ends_with('\n'));
}
