#include "multipath/capture/facts.h"

#include <doctest/doctest.h>

#include "multipath/capture/escape.h"

using namespace multipath;

namespace {

Facts parsed(const std::string& text) {
  auto facts = Facts::parse(text);
  REQUIRE_MESSAGE(facts.has_value(), text);
  return std::move(*facts);
}

std::string every_byte() {
  std::string bytes;
  for (int byte = 0; byte < 256; ++byte) bytes += static_cast<char>(byte);
  return bytes;
}

}  // namespace

TEST_CASE("escaped bytes are one line of ASCII and decode to the original") {
  const std::string bytes = every_byte();
  for (const std::string& text : {escape_text(bytes), escape_word(bytes)}) {
    for (const char c : text) CHECK((c >= ' ' && c < 0x7f));
    CHECK(unescape(text) == bytes);
  }
  CHECK(escape_word(bytes).find(' ') == std::string::npos);
  CHECK(unescape(escape_word("")) == "");
}

TEST_CASE("a truncated or unknown escape is rejected") {
  for (const char* text : {"\\", "\\x", "\\x1", "\\xg0", "a\\q"}) CHECK_FALSE(unescape(text));
}

TEST_CASE("every kind of answer survives a round trip through facts") {
  FactNotes notes;
  notes.read("block/sda/size", "2048\n");
  notes.read("block/sda/empty", "");
  notes.read("block/sda/binary", std::string("\0\x83\n", 3));
  notes.read("self/mountinfo", "1 2\n\t3 4\n\n");
  notes.read("block/sda/gone", std::nullopt);
  notes.list("block", std::vector<std::string>{"sdb", "sda", "a b"});
  notes.list("none", std::nullopt);
  notes.link("class/block/sda", "../../devices/a b");
  notes.link("class/block/sdz", std::nullopt);
  notes.exists("there", true);
  notes.exists("not there", false);
  const Facts facts = parsed(notes.render());
  CHECK(facts.read("block/sda/size") == std::optional<std::string>("2048\n"));
  CHECK(facts.read("block/sda/empty") == std::optional<std::string>(""));
  CHECK(facts.read("block/sda/binary") == std::optional<std::string>(std::string("\0\x83\n", 3)));
  CHECK(facts.read("self/mountinfo") == std::optional<std::string>("1 2\n\t3 4\n\n"));
  REQUIRE(facts.read("block/sda/gone").has_value());
  CHECK_FALSE(facts.read("block/sda/gone")->has_value());
  CHECK(facts.list("block") ==
        std::optional<std::vector<std::string>>(std::vector<std::string>{"a b", "sda", "sdb"}));
  REQUIRE(facts.list("none").has_value());
  CHECK_FALSE(facts.list("none")->has_value());
  CHECK(facts.link("class/block/sda") == std::optional<std::string>("../../devices/a b"));
  REQUIRE(facts.link("class/block/sdz").has_value());
  CHECK_FALSE(facts.link("class/block/sdz")->has_value());
  CHECK(facts.exists("there") == true);
  CHECK(facts.exists("not there") == false);
}

TEST_CASE("an unrecorded query has no answer, not even \"absent\"") {
  const Facts facts = parsed("block/sda/size = 1\n");
  CHECK_FALSE(facts.read("block/sdb/size"));
  CHECK_FALSE(facts.list("block"));
  CHECK_FALSE(facts.link("block/sda/size"));
  CHECK_FALSE(facts.exists("block/sdb"));
}

TEST_CASE("facts grouped by directory equal facts with full paths") {
  const Facts facts =
      parsed("# x\na/b :\n c = 1\n\n d !\n# y\n e {\n\tx\n}\n f / g h\na/b/c = 2\na/b :\n c = 3\n");
  CHECK(facts.read("a/b/c") == std::optional<std::string>("3\n"));
  CHECK(facts.read("a/b/d").has_value());
  CHECK(facts.read("a/b/e") == std::optional<std::string>("x\n"));
  CHECK(facts.exists("a/b/f/g") == std::nullopt);
  CHECK(facts.known_to_be_absent("a/b/f/x"));
  for (const char* none : {"c", "b/c", "a/b/", "a/b", "a", "/a/b/c"}) CHECK_FALSE(facts.read(none));
  CHECK(facts.files() == std::vector<std::string>{"a/b/c", "a/b/d", "a/b/e", "a/b/c", "a/b/c"});
}

TEST_CASE("every fact of a directory with very many facts is found") {
  FactNotes notes;
  std::string flat;
  for (int i = 0; i < 500; ++i) {
    const std::string number = std::to_string(i);
    notes.read("many/" + number, number + "\n");
    notes.link("many/" + number, number);
    flat += "many/" + number + " = " + number + "\n";
  }
  for (const Facts& facts :
       {parsed(notes.render() + "many :\n 7 = x\n"), parsed(flat + "many/7 = x\n")}) {
    for (int i = 0; i < 500; ++i)
      CHECK(facts.read("many/" + std::to_string(i)) ==
            std::optional<std::string>(i == 7 ? "x\n" : std::to_string(i) + "\n"));
    CHECK_FALSE(facts.read("many/500"));
  }
}

TEST_CASE("in a repeated directory the last fact of each name wins") {
  std::string text;
  for (int i = 0; i < 500; ++i)
    text += fmt::format("a :\n x = {}\n y{} = {}\nb :\n z = 1\na/w = {}\n", i, i % 100, i, i);
  const auto facts = Facts::parse(text);
  REQUIRE(facts);
  CHECK(facts->read("a/x") == std::optional<std::string>("499\n"));
  CHECK(facts->read("a/w") == std::optional<std::string>("499\n"));
  CHECK(facts->read("b/z") == std::optional<std::string>("1\n"));
  for (int i = 0; i < 100; ++i)
    CHECK(facts->read(fmt::format("a/y{}", i)) ==
          std::optional<std::string>(fmt::format("{}\n", 400 + i)));
  CHECK_FALSE(facts->read("a/z"));
  CHECK_FALSE(facts->link("a/x"));
}

TEST_CASE("names with slashes anywhere survive a round trip") {
  FactNotes notes;
  for (const char* name :
       {"/usr/sbin/lvm", "/x", "x/", "a//n", "a/ b", "//", "a\\b/c", "sh -c x/y"}) {
    notes.read(name, name);
    notes.exists(name, true);
  }
  const Facts facts = parsed(notes.render());
  for (const char* name :
       {"/usr/sbin/lvm", "/x", "x/", "a//n", "a/ b", "//", "a\\b/c", "sh -c x/y"}) {
    CAPTURE(name);
    CHECK(facts.read(name) == std::optional<std::string>(name));
  }
}

TEST_CASE("a name missing from its recorded listing is absent") {
  const Facts facts = parsed("block / sda\nnone !/\n");
  CHECK(facts.exists("block/sda/size") == std::nullopt);
  CHECK(facts.known_to_be_absent("block/sdb"));
  CHECK_FALSE(facts.known_to_be_absent("block/sda"));
  CHECK(facts.exists("none/x") == false);
}

TEST_CASE("comments and empty lines are allowed; the last fact of a name wins") {
  const Facts facts = parsed("# a host\n\nsize = 1\nsize = 2\n# end");
  CHECK(facts.read("size") == std::optional<std::string>("2\n"));
}

TEST_CASE("an invalid fact is reported with its line number") {
  const auto mistake = [](const std::string& text) {
    const auto facts = Facts::parse(text);
    return facts ? std::size_t{0} : facts.error().line;
  };
  CHECK(mistake("a = 1\nb\n") == 2);
  CHECK(mistake(" a = 1\n") == 1);
  CHECK(mistake("a :\n b/c = 1\n") == 2);
  CHECK(mistake("a :\n b :\n") == 2);
  CHECK(mistake("a : x\n") == 1);
  CHECK(mistake("\\0 :\n a = 1\n") == 1);
  CHECK(mistake("a :\nb = 1\n c = 1\n") == 3);
  CHECK(mistake("a ~ 1\n") == 1);
  CHECK(mistake("\\x41 = 1\n") == 1);
  CHECK(mistake("a {\n\tx\n\ty\nb = 1\n") == 1);
  CHECK(mistake("a {\n\tx\n}\nb = \\q\n") == 4);
}

TEST_CASE("truncated facts are an error or fewer facts, never more") {
  FactNotes notes;
  notes.read("a", "1\n");
  notes.read("b", "1\n2\n");
  notes.list("c", std::vector<std::string>{"x", "y"});
  const std::string text = notes.render();
  const std::size_t whole = parsed(text).files().size();
  for (std::size_t length = 0; length < text.size(); ++length) {
    const auto facts = Facts::parse(text.substr(0, length));
    if (facts) CHECK(facts->files().size() <= whole);
  }
}
