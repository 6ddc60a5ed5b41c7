#include <random>
#include <string>

#include <doctest/doctest.h>
#include <regex.h>

#include "multipath/config/pattern.h"

using namespace multipath;

namespace {

bool matches(std::string_view expression, std::string_view text) {
  const auto compiled = RegularExpression::compile(expression);
  REQUIRE(compiled);
  return compiled->matches(text);
}

std::string refusal(std::string_view expression) {
  const auto compiled = Pattern::compile(expression);
  return compiled ? "" : compiled.error();
}

/// The C library's answer: nothing when it does not take the expression.
class LibraryExpression {
 public:
  explicit LibraryExpression(const std::string& text)
      : is_right_(regcomp(&compiled_, text.c_str(), REG_EXTENDED | REG_NOSUB) == 0) {}
  ~LibraryExpression() {
    if (is_right_) regfree(&compiled_);
  }
  LibraryExpression(const LibraryExpression&) = delete;
  LibraryExpression& operator=(const LibraryExpression&) = delete;
  bool is_right() const { return is_right_; }
  bool matches(const std::string& text) const {
    return regexec(&compiled_, text.c_str(), 0, nullptr, 0) == 0;
  }

 private:
  regex_t compiled_{};
  bool is_right_;
};

std::string repeated(std::string_view text, int times) {
  std::string result;
  for (int i = 0; i < times; ++i) result += text;
  return result;
}

}  // namespace

TEST_CASE("expressions have the meaning of the C library's manual") {
  CHECK(matches("^[[:alpha:]]+-[0-9]{2,3}$", "disk-42"));
  CHECK(!matches("^[[:alpha:]]+-[0-9]{2,3}$", "disk-4"));
  CHECK(matches("a.c", "xabcx"));
  CHECK(matches("(ab|cd)*ef$", "abcdabef"));
  CHECK(matches("[]x]", "]"));
  CHECK(matches("[^]x]", "a"));
  CHECK(!matches("[^]x]", "x]"));
  CHECK(matches("\\<sda\\>", "a sda b"));
  CHECK(!matches("\\<sda\\>", "sdaa"));
  CHECK(matches("a{0}b", "b"));
  CHECK(matches("a)", "a)"));
  CHECK(matches("x||y", ""));
  CHECK(matches("[[.-.]a]", "-"));
  CHECK(matches("\\.", "a.b"));
  CHECK(!matches("\\.", "ab"));
  CHECK(matches("^nvme[0-9]+n", "nvme12n1"));
}

TEST_CASE("random expressions give the C library's answers") {
  constexpr std::array tokens{"a",           "b",      "c",     "_",    " ",
                              "-",           "x",      "(",     ")",    "|",
                              "*",           "+",      "?",     "{2}",  "{0,1}",
                              "{1,}",        "{,2}",   "{0}",   "{",    "}",
                              "[",           "]",      "[a-b]", "[^a]", "[]a]",
                              "[a-",         "-c]",    "[.b.]", "^",    "$",
                              "\\<",         "\\>",    "\\b",   "\\B",  "\\w",
                              "\\W",         "\\s",    "\\`",   "\\'",  "\\.",
                              "\\{",         ".",      "1",     ",",    "[[=a=]]",
                              "[b-a]",       "[--/]",  "[+--]", "\xc3", "[[:digit:]_]",
                              "[[:alpha:]]", "[a-b-c]"};
  constexpr std::string_view letters = "aabbc_ -x1{.\xc3)";
  std::mt19937 random(20);
  const auto below = [&](std::size_t bound) { return random() % bound; };
  int compared = 0;
  for (int round = 0; round < 20000; ++round) {
    std::string expression;
    for (std::size_t i = 0, length = 1 + below(8); i < length; ++i)
      expression += tokens[below(tokens.size())];
    CAPTURE(expression);
    const LibraryExpression library(expression);
    const auto own = RegularExpression::compile(expression);
    REQUIRE(own.has_value() == library.is_right());
    if (!own) continue;
    for (int i = 0; i < 8; ++i) {
      std::string text;
      for (std::size_t byte = 0, length = below(8); byte < length; ++byte)
        text += letters[below(letters.size())];
      CAPTURE(text);
      REQUIRE(own->matches(text) == library.matches(text));
      ++compared;
    }
  }
  CHECK(compared > 50000);
}

TEST_CASE("expressions that would exhaust memory or stack are rejected") {
  CHECK(refusal("(" + repeated("x?", 100) + "){1000}") ==
        "too large after its intervals are expanded");
  CHECK(refusal("((a{255}){255}){255}") == "too large after its intervals are expanded");
  CHECK(refusal(std::string(1000, '(')) == "groups are nested too deeply");
  CHECK(refusal("a{1,99999999999999999999999}").starts_with("an interval must be"));
  CHECK(refusal(std::string(1025, 'a')) == "longer than 1024 bytes");
  CHECK(refusal(std::string_view("a\0b", 3)) == "it contains a NUL byte");
  CHECK(Pattern::compile("a{1,255}"));
  CHECK(Pattern::compile("(" + repeated("x?", 100) + "){20}"));
  CHECK(Pattern::compile(repeated("((((((((x*)*)*)*)*)*)*)*)*", 20)));
}

TEST_CASE("back references are rejected") {
  CHECK(refusal("(a*)(a*)(a*)(a*)(a*)\\1\\2\\3\\4\\5Q") == "back references are not supported");
}

TEST_CASE("the time of a match is linear in the length of the text") {
  // Engines that try one way after the other need the square of the length, or 2 to its power, here.
  const std::string text(200000, 'a');
  CHECK(!matches("(a*)*b", text));
  CHECK(!matches("(a|a)*(a|a)*(a|aa)+b", text));
  CHECK(!matches("a*a*a*a*a*a*a*a*b$", text));
  CHECK(!matches("(x+x+)+y|(a?){50}a{50}b", text));
}
