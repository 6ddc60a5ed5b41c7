#include "multipath/wire/frame.h"

#include <doctest/doctest.h>

using namespace multipath::wire;

TEST_CASE("frame: length in the host's order, text, NUL") {
  const std::string message = framed("ok\n");
  REQUIRE(message.size() == sizeof(std::size_t) + 4);
  CHECK(message.substr(sizeof(std::size_t)) == std::string("ok\n\0", 4));
  const std::size_t length = 4;
  CHECK(message.compare(0, sizeof length, reinterpret_cast<const char*>(&length), sizeof length) ==
        0);
}

TEST_CASE("frame: messages are found however the stream is split") {
  const std::string stream = framed("show maps") + framed("quit") + framed("");
  for (std::size_t size = 1; size <= stream.size(); ++size) {
    CAPTURE(size);
    FrameReader reader(longest_command);
    std::string all;
    for (std::size_t at = 0; at < stream.size(); at += size) {
      REQUIRE(reader.append(std::string_view(stream).substr(at, size)));
      while (const auto message = reader.next()) all += "[" + *message + "]";
    }
    CHECK(all == "[show maps][quit][]");
    CHECK_FALSE(reader.is_within_message());
  }
}

TEST_CASE("frame: a length of 0 or above the limit breaks the stream") {
  for (const std::size_t length : {std::size_t{0}, longest_command + 1, ~std::size_t{0}}) {
    CAPTURE(length);
    FrameReader reader(longest_command);
    const std::string_view header(reinterpret_cast<const char*>(&length), sizeof length);
    CHECK(reader.append(header.substr(0, sizeof length - 1)));
    CHECK_FALSE(reader.append(header.substr(sizeof length - 1)));
    CHECK(reader.is_broken());
    CHECK_FALSE(reader.append("more"));
    CHECK_FALSE(reader.next());
    CHECK_FALSE(reader.is_within_message());
  }
}

TEST_CASE("frame: a bad length behind a good message breaks the stream after that message") {
  const std::size_t length = 0;
  FrameReader reader(longest_command);
  REQUIRE(reader.append(framed("quit") +
                        std::string(reinterpret_cast<const char*>(&length), sizeof length)));
  CHECK(reader.next() == "quit");
  CHECK(reader.is_broken());
}

TEST_CASE("frame: a text ends at its first NUL, and the longest command fits") {
  FrameReader reader(longest_command);
  REQUIRE(reader.append(framed(std::string("show\0maps", 9))));
  CHECK(reader.next() == "show");
  REQUIRE(reader.append(framed(std::string(longest_command - 1, 'x'))));
  CHECK(reader.next()->size() == longest_command - 1);
  CHECK_FALSE(reader.append(framed(std::string(longest_command, 'x'))));
}
