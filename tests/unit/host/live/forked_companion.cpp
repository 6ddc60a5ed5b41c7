#include "multipath/host/live/forked_companion.h"

#include <sys/stat.h>

#include <doctest/doctest.h>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

using namespace multipath;

namespace {

constexpr int soon = 20'000;

/// What comes until the process ends or `size` bytes are there.
Companion::Received receive(Companion& companion, std::size_t size) {
  Companion::Received all;
  while (all.bytes.size() < size && !all.ended) {
    const bool sends = companion.has_unsent();
    pollfd ready{.fd = companion.descriptor(), .events = POLLIN, .revents = 0};
    if (sends) ready.events |= POLLOUT;
    REQUIRE(::poll(&ready, 1, soon) == 1);
    if (sends) companion.flush();
    const Companion::Received part = companion.receive();
    all.bytes += part.bytes;
    all.ended = part.ended;
  }
  return all;
}

void echo(ByteStream& stream) {
  for (;;) {
    const auto bytes = stream.receive(std::chrono::hours(1));
    if (!bytes || bytes->empty()) return;
    if (stream.send(*bytes, std::chrono::hours(1))) return;
  }
}

}  // namespace

TEST_CASE("a companion gets all bytes and sends all bytes, also more than a socket takes at once") {
  ForkedCompanion companion(echo);
  companion.start();
  const std::string much(std::size_t{4} << 20U, 'x');
  companion.send(much);
  CHECK(companion.has_unsent());
  CHECK(receive(companion, much.size()).bytes == much);
}

TEST_CASE("a companion has no open file of its parent") {
  const scsi::FileDescriptor open(::open("/dev/zero", O_RDONLY));
  const int number = *open;
  ForkedCompanion companion([number](ByteStream& stream) {
    const bool is_open = ::fcntl(number, F_GETFD) >= 0 && number != 3;
    static_cast<void>(stream.send(is_open ? "open" : "shut", std::chrono::seconds(10)));
  });
  companion.start();
  CHECK(receive(companion, 4).bytes == "shut");
}

TEST_CASE("the end of a companion is noticed, and it can be started again") {
  ForkedCompanion companion([](ByteStream&) { ::_exit(3); });
  companion.start();
  CHECK(receive(companion, 1).ended);
  companion.start();
  CHECK(receive(companion, 1).ended);
}

TEST_CASE("a companion that does not end by itself is ended when another is started") {
  ForkedCompanion companion([](ByteStream& stream) {
    static_cast<void>(stream.send(std::to_string(::getpid()) + '\n', std::chrono::seconds(10)));
    for (;;) ::pause();
  });
  companion.start();
  const std::string first = receive(companion, 2).bytes;
  companion.start();
  CHECK(receive(companion, 2).bytes != first);
  const auto is_gone = [&] {
    const std::string status = "/proc/" + first.substr(0, first.size() - 1);
    struct stat found = {};
    return ::stat(status.c_str(), &found) != 0;
  };
  for (int i = 0; i < 200 && !is_gone(); ++i) {
    ::usleep(50'000);
    companion.start();  // also collects processes that have ended
  }
  CHECK(is_gone());
}
