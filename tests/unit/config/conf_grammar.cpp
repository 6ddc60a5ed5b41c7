#include "multipath/config/conf_grammar.h"

#include <doctest/doctest.h>

using namespace multipath;

namespace {

bool may_nest(std::string_view outer, std::string_view inner) {
  if (outer.empty()) return inner == "defaults" || inner == "devices" || inner == "blacklist";
  return (outer == "devices" || outer == "blacklist") && inner == "device";
}

ConfTree parse(std::string_view text) { return parse_conf(text, "f", may_nest); }

std::string told(const ConfTree& tree) {
  std::string text;
  for (const Diagnostic& diagnostic : tree.diagnostics) text += to_string(diagnostic) + "\n";
  return text;
}

}  // namespace

TEST_CASE("sections, keywords, words and strings become a tree with places") {
  const ConfTree tree = parse(
      "# comment\n"
      "defaults {\n"
      "\tpolling_interval 7 # behind\n"
      "  prio_args \"a#b!c\"\n"
      "}\n"
      "devices {\n"
      " device {\n"
      "  vendor A! comment\n"
      " }\n"
      "}\r\n");
  CHECK(told(tree) == "");
  REQUIRE(tree.entries.size() == 2);
  const ConfEntry& defaults = tree.entries[0];
  CHECK(defaults.is_section);
  CHECK(defaults.keyword.text == "defaults");
  CHECK(defaults.keyword.place == Place{"f", 2, 1});
  REQUIRE(defaults.entries.size() == 2);
  CHECK(defaults.entries[0].keyword.text == "polling_interval");
  CHECK(defaults.entries[0].keyword.place == Place{"f", 3, 2});
  CHECK(defaults.entries[0].value.text == "7");
  CHECK(defaults.entries[0].value.place == Place{"f", 3, 19});
  CHECK(defaults.entries[1].value.text == "a#b!c");
  const ConfEntry& device = tree.entries[1].entries.at(0);
  CHECK(device.entries.at(0).value.text == "A");
}

TEST_CASE("a doubled quote in a string stands for one") {
  const ConfTree tree = parse("defaults {\n a \"15\"\" SSD\"\n b \"\"\n c \"\"\"\"\n}\n");
  CHECK(told(tree) == "");
  REQUIRE(tree.entries.at(0).entries.size() == 3);
  CHECK(tree.entries[0].entries[0].value.text == "15\" SSD");
  CHECK(tree.entries[0].entries[1].value.text == "");
  CHECK(tree.entries[0].entries[2].value.text == "\"");
  CHECK(conf_quoted("15\" SSD") == "\"15\"\" SSD\"");
}

TEST_CASE("a word ends where a comment, a quote or a brace begins") {
  const ConfTree tree = parse("defaults{\n a b#c\n d e!f\n g h{i\n}\n");
  CHECK(told(tree) ==
        "f:4:5: error: unexpected '{' after a complete entry; write one entry per line, and quote "
        "a value that contains blanks\n");
  REQUIRE(tree.entries.at(0).entries.size() == 3);
  CHECK(tree.entries[0].entries[0].value.text == "b");
  CHECK(tree.entries[0].entries[1].value.text == "e");
}

TEST_CASE("all errors of a file are reported at once with their places") {
  const ConfTree tree = parse(
      "defaults {\n"
      "  path_selector queue-length 0\n"
      "  alias_prefix\n"
      "  prio_args \"open\n"
      "  \"prio\" const\n"
      "}\n"
      "}\n");
  // What a line means that has words behind its value, or no value, the reader of the tree decides.
  REQUIRE(tree.entries.at(0).entries.size() == 3);
  REQUIRE(tree.entries[0].entries[0].surplus.size() == 1);
  CHECK(tree.entries[0].entries[0].surplus[0].text == "0");
  CHECK(tree.entries[0].entries[0].surplus[0].place == Place{"f", 2, 30});
  CHECK(!tree.entries[0].entries[1].has_value);
  CHECK(told(tree) ==
        "f:4:13: error: missing closing quote; a string must end on its line\n"
        "f:5:3: error: a line must begin with a keyword without quotes\n"
        "f:7:1: error: unexpected '}': no section is open\n");
}

TEST_CASE("a missing brace is reported where it belongs") {
  CHECK(told(parse("defaults {\n a b\ndevices {\n device {\n }\n}\n")) ==
        "f:3:1: error: missing '}' before this line: section defaults of line 1 is still open\n");
  CHECK(told(parse("devices {\n device {\n a b\n device {\n }\n}\n")) ==
        "f:4:2: error: missing '}' before this line: section device of line 2 is still open\n");
  CHECK(told(parse("devices {\n device {\n a b\n}\n")) ==
        "f:4:1: error: missing '}' before this line: section device of line 2 is still open\n");
  CHECK(told(parse("defaults {\n a b\n")) ==
        "f:1:1: error: section defaults is never closed: '}' is missing\n");
  CHECK(told(parse("defaults\n a b\n}\n")) ==
        "f:1:1: error: section defaults needs its '{' on the same line\n");
  CHECK(told(parse("{\n a b\n}\n")) == "f:1:1: error: '{' without a section name before it\n");
}

TEST_CASE("bytes above ASCII and a byte-order mark are blanks outside strings") {
  const ConfTree tree = parse(
      "\xef\xbb\xbf"
      "defaults\xc2\xa0{\n\xc2\xa0\xe2\x80\x83 a\xc2\xa0\"b\xc2\xa0\"\n}\n");
  CHECK(told(tree) == "");
  REQUIRE(tree.entries.size() == 1);
  REQUIRE(tree.entries[0].entries.size() == 1);
  CHECK(tree.entries[0].entries[0].keyword.text == "a");
  CHECK(tree.entries[0].entries[0].value.text == "b\xc2\xa0");
}

TEST_CASE("a brace on the next line always gives the same message") {
  const ConfTree tree = parse(
      "devices\n{\n  device\n\n  # comment\n  {\n    a b\n  }\n  other\n  {\n    c d\n  }\n}\n");
  CHECK(told(tree) ==
        "f:1:1: error: section devices needs its '{' on the same line\n"
        "f:3:3: error: section device needs its '{' on the same line\n"
        "f:9:3: error: section other needs its '{' on the same line\n");
  REQUIRE(tree.entries.size() == 1);
  REQUIRE(tree.entries[0].entries.size() == 2);
  CHECK(tree.entries[0].entries[0].entries.size() == 1);
  CHECK(tree.entries[0].entries[0].last_line == 8);
  CHECK(tree.entries[0].last_line == 13);
}

TEST_CASE("hostile text only causes a diagnosis") {
  SUBCASE("NUL bytes") {
    const std::string text("defaults {\n a \"b\0c\"\n \0 d e\n}\n", 29);
    CHECK(parse(text).diagnostics.size() == 2);
  }
  SUBCASE("nesting without end") {
    std::string text;
    for (int i = 0; i < 100000; ++i) text += "x {\n";
    const ConfTree tree = parse(text);
    CHECK(!tree.diagnostics.empty());
    CHECK(tree.diagnostics.size() < 100);
  }
  SUBCASE("a mistake in each of 100,000 lines") {
    std::string text;
    for (int i = 0; i < 100000; ++i) text += "}\n";
    const ConfTree tree = parse(text);
    CHECK(tree.diagnostics.size() == most_mistakes + 1);
    CHECK(tree.diagnostics.back().what == "too many mistakes; the rest is not reported");
  }
  SUBCASE("a huge word") {
    const ConfTree tree = parse("defaults {\n a " + std::string(10U << 20U, 'x') + "\n}\n");
    REQUIRE(tree.diagnostics.size() == 1);
    CHECK(tree.diagnostics[0].place.line == 2);
    CHECK(tree.diagnostics[0].token.size() < 100);
  }
}
