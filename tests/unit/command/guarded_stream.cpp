#include "multipath/command/guarded_stream.h"

#include <random>
#include <sstream>
#include <string>

#include <doctest/doctest.h>

#include "multipath/model/printable.h"

using namespace multipath;

namespace {

/// What arrives when the text is written in pieces of that many bytes.
std::string arrived(const std::string& text, Style style, std::size_t piece) {
  std::ostringstream below;
  {
    GuardedStream stream(below, style);
    for (std::size_t at = 0; at < text.size(); at += piece) stream << text.substr(at, piece);
  }
  return below.str();
}

std::string arrived(const std::string& text, Style style = Style::plain) {
  std::string whole = arrived(text, style, text.size() + 1);
  for (const std::size_t piece : {1, 2, 3, 5}) CHECK(arrived(text, style, piece) == whole);
  return whole;
}

}  // namespace

TEST_CASE("text arrives unchanged, however it is split") {
  for (const std::string text : {"", "a\n", "\ta b\n", "\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80\n"}) {
    CHECK(arrived(text) == text);
    CHECK(arrived(text, Style::terminal) == text);
  }
}

TEST_CASE("control sequences never arrive") {
  CHECK(arrived("a\x1b]2;PWNED\x07\x1b[31m") == "a.]2;PWNED..[31m");
  CHECK(arrived("\xc2\x9b"
                "31m\x7f\r\b") == "..31m...");
  CHECK(arrived("\xff\xc3") == "..");
  CHECK(arrived("\x1b[1mbold\x1b[0m") == ".[1mbold.[0m");
}

TEST_CASE("on a terminal only the program's own sequences arrive") {
  CHECK(arrived("\r\x1b[K\x1b[1mbold\x1b[0m\n", Style::terminal) == "\r\x1b[K\x1b[1mbold\x1b[0m\n");
  CHECK(arrived("\x1b[31m\x1b]2;x\x07\x1b[2J\x1b", Style::terminal) == ".[31m.]2;x..[2J.");
}

TEST_CASE("any bytes become printable lines") {
  std::mt19937 random(11);  // NOLINT(cert-msc32-c,cert-msc51-cpp): the same bytes in each run
  for (int i = 0; i < 2000; ++i) {
    std::string text(random() % 40, ' ');
    for (char& c : text)
      c = static_cast<char>(random() % 3 == 0 ? random() % 256 : "\x1b[0m\xc2\x9b]a"[random() % 9]);
    std::string lines = arrived(text);
    CHECK(lines.size() == text.size());
    std::erase(lines, '\n');
    std::erase(lines, '\t');
    CHECK(is_printable(lines));
  }
}

TEST_CASE("an unwritable stream fails as without a guard") {
  std::ostringstream below;
  below.setstate(std::ios::badbit);
  GuardedStream stream(below, Style::plain);
  stream << "x";
  CHECK_FALSE(stream);
}
