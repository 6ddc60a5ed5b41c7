// multipath.conf(5) against the table of keywords: an entry of the page begins with the meaning, and
// its list has what the row has. The examples of the page are configurations without a mistake.

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "multipath/config/configuration.h"
#include "multipath/config/keywords.h"

using namespace multipath;

namespace {

std::string manual() {
  std::ifstream file("man/multipath.conf.5");
  if (!file) std::puts("SKIP: man/multipath.conf.5 is not below the working directory");
  std::ostringstream content;
  content << file.rdbuf();
  return content.str();
}

/// The parts between a begin and an end, in order.
std::vector<std::string> parts_of(const std::string& text, const std::string& begin,
                                  const std::string& end) {
  std::vector<std::string> parts;
  for (auto at = text.find(begin); at != std::string::npos; at = text.find(begin, at)) {
    at += begin.size();
    const auto stop = std::min(text.find(end, at), text.size());
    parts.push_back(text.substr(at, stop - at));
    at = stop;
  }
  return parts;
}

/// Lines of text as a reader sees them: one blank between words, no escapes of roff.
std::string as_read(std::string text) {
  for (const auto& [escape, plain] : {std::pair{"\\-", "-"}, std::pair{"\\(dq", "\""}}) {
    for (auto at = text.find(escape); at != std::string::npos; at = text.find(escape))
      text.replace(at, std::string_view(escape).size(), plain);
  }
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text.substr(0, text.find_last_not_of(' ') + 1);
}

/// The text below an item of the entry's list.
std::string fact(const std::string& entry, const std::string& name) {
  const auto found = parts_of(entry, ".It " + name + " :\n", "\n.");
  return found.size() == 1 ? as_read(found.front()) : "";
}

std::string sections_text(const Keyword& keyword) {
  std::string text;
  for (unsigned bit = 0; bit < 16; ++bit) {
    const auto section = static_cast<Section>(1U << bit);
    if (!keyword.sections.contains(section)) continue;
    text += (text.empty() ? "" : ", ") + to_string(section);
    if (section == Section::blacklist_device) text += " (in a blacklist)";
  }
  return text;
}

std::string effect_text(const Effect& effect) {
  switch (effect.status) {
    case KeywordStatus::obeyed:
      return "obeyed";
    case KeywordStatus::no_effect:
      return fmt::format("none: {}", effect.reason);
    case KeywordStatus::obsolete:
      break;
  }
  return effect.successor.empty()
             ? fmt::format("obsolete: {}", effect.reason)
             : fmt::format("obsolete: {}; write {} instead", effect.reason, effect.successor);
}

/// The example's value, without its quotes; "" where the example is of another keyword.
std::string example_value(const std::string& entry, const Keyword& keyword) {
  const auto found = parts_of(entry, ".It Example :\n.Li ", "\n");
  const std::string name = std::string(keyword.name) + " ";
  const std::string text = found.size() == 1 ? as_read(found.front()) : "";
  if (!text.starts_with(name)) return "";
  std::string value = text.substr(name.size());
  if (value.starts_with('"') && value.ends_with('"')) value = value.substr(1, value.size() - 2);
  return value;
}

}  // namespace

TEST_CASE("the manual has every keyword as its row has it") {
  const std::string page = manual();
  if (page.empty()) return;
  for (const Keyword& keyword : keywords()) {
    CAPTURE(keyword.name);
    // Keywords of the same name differ in their sections.
    std::vector<std::string> entries =
        parts_of(page, fmt::format("\n.It Ic {}\n", keyword.name), "\n.El");
    std::erase_if(entries, [&](const std::string& entry) {
      return fact(entry, "Sections") != sections_text(keyword);
    });
    REQUIRE(entries.size() == 1);
    const std::string entry = entries.front() + "\n.El";
    CAPTURE(entry);
    CHECK(as_read(entry).starts_with(keyword.meaning));
    CHECK(fact(entry, "Type") == keyword.codec.expectation());
    CHECK(fact(entry, "Default") == (keyword.built_in.empty() ? "none" : keyword.built_in));
    CHECK(fact(entry, "Effect") == effect_text(keyword.effect));
    const std::string example = example_value(entry, keyword);
    REQUIRE_FALSE(example.empty());
    CHECK(keyword.codec.read(example));
  }
}

TEST_CASE("the manual has no keyword that is not in the table") {
  for (const std::string& name : parts_of(manual(), "\n.It Ic ", "\n")) {
    CAPTURE(name);
    const std::string first = name.substr(0, name.find(' '));
    CHECK((section_in(std::nullopt, first) ||
           std::ranges::find(keywords(), first, &Keyword::name) != keywords().end()));
  }
}

TEST_CASE("the manual's examples are configurations without a mistake") {
  const std::string page = manual();
  if (page.empty()) return;
  const auto section = parts_of(page, "\n.Sh EXAMPLES\n", "\n.Sh ");
  REQUIRE(section.size() == 1);
  const auto examples = parts_of(section.front(), ".Bd -literal -offset indent\n", ".Ed");
  CHECK(examples.size() >= 5);
  for (const std::string& example : examples) {
    CAPTURE(example);
    const auto configuration = Configuration::load(std::vector{ConfigurationText{"f", example}});
    REQUIRE(configuration);
    CHECK(configuration->warnings().empty());
  }
}
