#include "multipath/capture/tar.h"

#include <stdexcept>

#include <doctest/doctest.h>

#include "multipath/capture/capture.h"

using namespace multipath;

namespace {

using Files = std::map<std::string, std::string>;

constexpr std::size_t block = 512;

/// Octal digits, and the checksum made right again.
void patch(std::string& archive, std::size_t at, std::string_view bytes) {
  archive.replace(at, bytes.size(), bytes);
  unsigned sum = 0;
  for (std::size_t i = 0; i < block; ++i)
    sum += i >= 148 && i < 156 ? ' ' : static_cast<unsigned char>(archive[i]);
  std::string digits;
  for (int shift = 15; shift >= 0; shift -= 3)
    digits += static_cast<char>('0' + ((sum >> static_cast<unsigned>(shift)) & 7U));
  archive.replace(148, 8, digits + std::string("\0 ", 2));
}

std::string with_name(const std::string& name) {
  std::string archive = tar_of({{"x", "1"}});
  patch(archive, 0, name);
  return archive;
}

Files files_in(std::string_view archive) {
  const auto files = read_tar(archive);
  REQUIRE_MESSAGE(files.has_value(), files.error().what);
  return {files->begin(), files->end()};
}

}  // namespace

TEST_CASE("files of any content survive a round trip through an archive") {
  const Files files{{"capture", "multipath capture 1\n"},
                    {"empty", ""},
                    {"scsi/a.hex", std::string(block, 'x')},
                    {"etc/multipath/wwids", std::string(3 * block + 1, '\0')}};
  const std::string archive = tar_of(files);
  CHECK(archive.size() % block == 0);
  CHECK(files_in(archive) == files);
}

TEST_CASE("a long name is split in two; an unsplittable one is rejected") {
  const std::string folder(150, 'f'), name(99, 'n');
  CHECK(files_in(tar_of({{folder + "/" + name, "1"}})) == Files{{folder + "/" + name, "1"}});
  CHECK_THROWS_AS(tar_of({{std::string(101, 'n'), ""}}), std::length_error);
  CHECK_THROWS_AS(tar_of({{folder + "/" + folder, ""}}), std::length_error);
}

TEST_CASE("an archive truncated at any length is rejected") {
  const std::string archive = tar_of({{"a", "1"}, {"b", std::string(block + 1, 'x')}});
  for (std::size_t length = 0; length + block < archive.size(); ++length) {
    CAPTURE(length);
    CHECK_FALSE(read_tar(std::string_view(archive).substr(0, length)));
  }
}

TEST_CASE("a name that leads out of the archive is rejected") {
  for (const char* name :
       {"/etc/shadow", "../x", "a/../../x", "a//x", "a/.", "..", "x/", "a\x1b[2J"})
    CHECK_FALSE(read_tar(with_name(name)));
  CHECK(files_in(with_name("./y")) == Files{{"y", "1"}});
  CHECK(files_in(with_name("a/..b")) == Files{{"a/..b", "1"}});
}

TEST_CASE("only files and directories are accepted; a directory has no content") {
  for (const char* type : {"1", "2", "3", "4", "6", "x", "g", "L"}) {
    std::string archive = tar_of({{"x", ""}});
    patch(archive, 156, type);
    CHECK_FALSE(read_tar(archive));
  }
  std::string folder = tar_of({{"x", ""}});
  patch(folder, 156, "5");
  CHECK(files_in(folder).empty());
}

TEST_CASE("a size that is invalid or too large is rejected") {
  for (const char* size :
       {"77777777777", "00000000999", "-0000000001", "\x80\0\0\0\0\0\0\0\0\0\1"}) {
    std::string archive = tar_of({{"x", "1"}});
    patch(archive, 124, std::string_view(size, 11));
    CHECK_FALSE(read_tar(archive));
  }
}

TEST_CASE("a changed or invalid header is rejected") {
  std::string archive = tar_of({{"x", "1"}});
  archive[0] = 'y';
  CHECK_FALSE(read_tar(archive));
  archive = tar_of({{"x", "1"}});
  patch(archive, 257, "other");
  CHECK_FALSE(read_tar(archive));
  CHECK_FALSE(read_tar(std::string(2 * block, 'x')));
}

TEST_CASE("a duplicate name is rejected") {
  const std::string one = tar_of({{"x", "1"}});
  CHECK_FALSE(read_tar(one.substr(0, 2 * block) + one));
}
