#include "multipath/model/shell_text.h"

#include <array>
#include <cstdio>
#include <random>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "multipath/model/holder.h"
#include "multipath/model/printable.h"

using namespace multipath;

namespace {

/// What a shell makes of the words of a line: each behind a NUL.
std::string said_by_shell(const std::string& line) {
  const std::string command = "printf '\\0%s' " + line;
  std::string said;
  std::FILE* shell = popen(command.c_str(), "r");  // NOLINT(cert-env33-c): it is what is tested
  REQUIRE(shell != nullptr);
  std::array<char, 4096> buffer{};
  for (std::size_t count = 0; (count = std::fread(buffer.data(), 1, buffer.size(), shell)) > 0;)
    said.append(buffer.data(), count);
  CHECK(pclose(shell) == 0);
  return said;
}

constexpr const char* not_shown =
    "# not shown: a name in this command has bytes that are not printable text";

}  // namespace

TEST_CASE("a word for a shell is plain or in single quotes") {
  CHECK(shell_word("it's") == "'it'\\''s'");
  CHECK(shell_word("") == "''");
  CHECK(shell_word("/dev/mapper/a-b") == "/dev/mapper/a-b");
  CHECK(shell_word("=ls") == "'=ls'");
  CHECK(shell_line({"umount", "/a b"}) == "umount '/a b'");
  CHECK(shell_line("dmsetup resume", "-x") == "dmsetup resume -- -x");
  CHECK(shell_line("dmsetup resume", "$(id)") == "dmsetup resume '$(id)'");
}

TEST_CASE("a shell reads any quoted word back byte for byte") {
  std::mt19937 random(7);  // NOLINT(cert-msc32-c,cert-msc51-cpp): the same words in each run
  std::vector<std::string> words{
      "$(id)", "`id`", "a;touch pwned #", "!!", "~root", "{a,b}", "*", "\\",
      "'",     "\n",   "\"$HOME\""};
  for (int i = 0; i < 500; ++i) {
    std::string word(random() % 12, 'x');
    for (char& c : word) c = static_cast<char>(1 + random() % 255);
    words.push_back(std::move(word));
  }
  std::string wanted;
  for (const std::string& word : words) wanted += '\0' + word;
  CHECK(said_by_shell(shell_line(words)) == wanted);
}

TEST_CASE("a command that would paste differently is not shown") {
  CHECK(pasteable("umount /a") == "umount /a");
  CHECK(pasteable("umount '/\xc3\xa4 \xe2\x82\xac'") == "umount '/\xc3\xa4 \xe2\x82\xac'");
  for (const char* line :
       {"umount '/a\x1b'", "umount '/\xff'", "umount '/a\n'", "umount '/\xc2\x9b'",
        "umount '/\xe2\x80\xae'", "umount '/\xe2\x80\xa8'"})
    CHECK_MESSAGE(pasteable(line) == not_shown, line);
}

TEST_CASE("printable text is unchanged, other bytes keep the length") {
  for (const std::string text :
       {"", "plain", "\xc3\xa4", "a\x1b[31mb", "\xe2\x80\xae", "\xff\xc3", "\x7f\xc2\x80"}) {
    CHECK(printable(text).size() == text.size());
    CHECK(is_printable(printable(text)));
    CHECK((printable(text) == text) == is_printable(text));
  }
  CHECK(printable("\xe2\x80\xaex") == "...x");
}
