#include <doctest/doctest.h>

#include "multipath/config/bindings_file.h"
#include "multipath/config/wwids_file.h"

using namespace multipath;

namespace {

const std::string wwids_header =
    "# Multipath wwids, Version : 1.0\n"
    "# NOTE: This file is automatically maintained by multipath and multipathd.\n"
    "# You should not need to edit this file in normal circumstances.\n"
    "#\n"
    "# Valid WWIDs:\n";

std::string alias_after(std::vector<Binding> list) {
  const auto nobody = [](const std::string&) { return false; };
  return new_alias({std::move(list), {}}, "mpath", nobody).value_or("none");
}

}  // namespace

TEST_CASE("a wwids file grows at its end and begins with the packaged tool's header") {
  const std::string one = with_wwid("", "3600a");
  CHECK(one == wwids_header + "/3600a/\n");
  CHECK(with_wwid(one, "3600a") == one);
  CHECK(with_wwid(one, "3600b") == wwids_header + "/3600a/\n/3600b/\n");
  CHECK(with_wwid("/x/", "y") == "/x/\n/y/\n");
  CHECK(wwids_text(std::vector<std::string>{"a", "b"}) == wwids_header + "/a/\n/b/\n");
}

TEST_CASE("a removed WWID becomes a comment and can be added again") {
  const std::string two = wwids_text(std::vector<std::string>{"a", "b"});
  const auto removed = without_wwid(two, "a");
  REQUIRE(removed);
  CHECK(*removed == wwids_header + "#a/\n/b/\n");
  CHECK(!lists_wwid(*removed, "a"));
  CHECK(wwids_in(*removed) == std::vector<std::string>{"b"});
  CHECK(!without_wwid(*removed, "a"));
  CHECK(with_wwid(*removed, "a") == wwids_header + "#a/\n/b/\n/a/\n");
}

TEST_CASE("invalid lines of a wwids file are skipped at every length") {
  const std::string text = "/a/\n/b\nc/\n//\n\n# /d/\n/e/ junk\n";
  CHECK(wwids_in(text) == std::vector<std::string>{"a", "e"});
  for (std::size_t length = 0; length <= text.size(); ++length)
    CHECK(wwids_in(text.substr(0, length)).size() <= 2);
}

TEST_CASE("bindings are read as the packaged tool reads them") {
  const Bindings bindings = parse_bindings(
      "# comment\nmpathz 36077\nmpathb 36078 junk\n  mpathf \t 36097  # why\nbad\nmpathb 36090\n"
      "mpathd 36078\n",
      "bindings");
  REQUIRE(bindings.list.size() == 4);
  CHECK(bindings.list[1] == Binding{"mpathb", "36078"});
  CHECK(bindings.list[2] == Binding{"mpathf", "36097"});
  CHECK(bindings.of_wwid("36078")->alias == "mpathb");
  CHECK(bindings.of_alias("mpathz")->wwid == "36077");
  CHECK(bindings.of_alias("bad") == nullptr);
  REQUIRE(bindings.warnings.size() == 3);
  CHECK(to_string(bindings.warnings[0]) ==
        "bindings:3:1: warning: 'junk' after the WWID is ignored");
  CHECK(bindings.warnings[1].place.line == 5);
  CHECK(bindings.warnings[2].place.line == 6);
}

TEST_CASE("a '#' inside a word of the bindings file is reported") {
  const Bindings bindings =
      parse_bindings("mpatha 1IBM_2105_A05#0839\nmpathb 36077 #why\nmpathc 36078#\r\n", "b");
  CHECK(bindings.list == std::vector<Binding>{{"mpatha", "1IBM_2105_A05#0839"},
                                              {"mpathb", "36077"},
                                              {"mpathc", "36078#"}});
  CHECK(bindings.of_wwid("1IBM_2105_A05") == nullptr);
  REQUIRE(bindings.warnings.size() == 2);
  CHECK(bindings.warnings[0].place.line == 1);
  CHECK(bindings.warnings[0].what ==
        "'1IBM_2105_A05#0839' is read as a whole, but multipath-tools reads only '1IBM_2105_A05'; "
        "if a comment was intended, insert a blank before the '#'");
}

TEST_CASE("a binding is written as the packaged tool writes it") {
  CHECK(with_binding("", {"mpatha", "36"}) ==
        "# Multipath bindings, Version : 1.0\n"
        "# NOTE: this file is automatically maintained by the multipath program.\n"
        "# You should not need to edit this file in normal circumstances.\n"
        "#\n# Format:\n# alias wwid\n#\nmpatha 36\n");
  CHECK(with_binding("mpatha 36", {"mpathb", "37"}) == "mpatha 36\nmpathb 37\n");
}

TEST_CASE("aliases convert to numbers and back") {
  CHECK(numbered_alias("mpath", 1) == "mpatha");
  CHECK(numbered_alias("mpath", 26) == "mpathz");
  CHECK(numbered_alias("mpath", 27) == "mpathaa");
  CHECK(numbered_alias("mpath", 702) == "mpathzz");
  CHECK(numbered_alias("mpath", 703) == "mpathaaa");
  for (std::uint32_t number = 1; number < 20000; number += 7)
    CHECK(number_of_alias(numbered_alias("x", number), "x") == number);
  CHECK(!number_of_alias("mpath", "mpath"));
  CHECK(!number_of_alias("mpathA", "mpath"));
  CHECK(!number_of_alias("oracle", "mpath"));
  CHECK(!number_of_alias("mpathzzzzzzzzzzzz", "mpath"));
}

TEST_CASE("a new alias is the packaged tool's choice") {
  CHECK(alias_after({}) == "mpatha");
  CHECK(alias_after({{"mpatha", "1"}, {"mpathb", "2"}}) == "mpathc");
  CHECK(alias_after({{"mpatha", "1"}, {"mpathc", "2"}}) == "mpathb");
  // As seen in a file that is sorted by name.
  std::vector<Binding> sorted{{"Mpath", "1"},   {"foo", "2"},    {"mpathaa", "3"},
                              {"mpathac", "4"}, {"mpathb", "5"}, {"mpathba", "6"},
                              {"mpathd", "7"},  {"mpathf", "8"}, {"mpathz", "9"}};
  CHECK(alias_after(sorted) == "mpatha");
  sorted.push_back({"mpatha", "10"});
  CHECK(alias_after(sorted) == "mpathbb");
}

TEST_CASE("a name in use is never a new alias") {
  const auto taken = [](const std::string& name) { return name == "mpatha" || name == "mpathb"; };
  CHECK(new_alias({}, "mpath", taken) == "mpathc");
}
