#include "multipath/view/style.h"

#include <array>

#include <doctest/doctest.h>

using namespace multipath;

namespace {

Stream terminal(std::uint32_t major, std::uint32_t minor) {
  return {true, major, minor, "xterm-256color", std::nullopt};
}

}  // namespace

TEST_CASE("escape codes go to pseudo terminals and virtual consoles") {
  CHECK(style_of(terminal(136, 0)) == Style::terminal);
  CHECK(style_of(terminal(143, 255)) == Style::terminal);
  CHECK(style_of(terminal(4, 1)) == Style::terminal);
  CHECK(style_of(terminal(4, 63)) == Style::terminal);
}

TEST_CASE("escape codes never go to a serial line, whatever TERM says") {
  struct Line {
    const char* name;
    std::uint32_t major, minor;
  };
  constexpr std::array lines{Line{"ttyS0", 4, 64},     Line{"console", 5, 1},
                             Line{"ttyAMA0", 204, 64}, Line{"ttyUSB0", 188, 0},
                             Line{"hvc0", 229, 0},     Line{"ttyprintk", 5, 3},
                             Line{"ttysclp0", 4, 64}};
  for (const Line& line : lines) {
    INFO(line.name);
    for (const char* term : {"linux", "vt220", "xterm"}) {
      Stream stream = terminal(line.major, line.minor);
      stream.term = term;
      CHECK(style_of(stream) == Style::plain);
    }
  }
}

TEST_CASE("escape codes require a terminal, a capable TERM and no NO_COLOR") {
  Stream stream = terminal(136, 1);
  stream.is_terminal = false;
  CHECK(style_of(stream) == Style::plain);
  for (const char* term : {"", "dumb", "unknown"}) {
    stream = terminal(136, 1);
    stream.term = term;
    CHECK(style_of(stream) == Style::plain);
  }
  stream = terminal(136, 1);
  stream.term.reset();
  CHECK(style_of(stream) == Style::plain);
  stream = terminal(136, 1);
  stream.no_color = "0";
  CHECK(style_of(stream) == Style::plain);
  stream.no_color = "";
  CHECK(style_of(stream) == Style::terminal);
}
