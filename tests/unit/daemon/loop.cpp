#include "multipath/daemon/loop.h"

#include <array>

#include <doctest/doctest.h>
#include <unistd.h>

using namespace multipath;
using multipath::daemon::Loop;

namespace {

struct Pipe {
  scsi::FileDescriptor out;
  scsi::FileDescriptor in;
  Pipe() {
    std::array<int, 2> ends{};
    REQUIRE(::pipe(ends.data()) == 0);
    out = scsi::FileDescriptor(ends[0]);
    in = scsi::FileDescriptor(ends[1]);
  }
  void write() const { REQUIRE(::write(*in, "x", 1) == 1); }
};

}  // namespace

TEST_CASE("the loop calls the handler of what is ready, and of nothing else") {
  Loop loop;
  const Pipe quiet;
  const Pipe ready;
  int calls = 0;
  loop.watch(*quiet.out, Loop::Readiness::to_read, [&] { calls += 100; });
  loop.watch(*ready.out, Loop::Readiness::to_read, [&] { ++calls; });
  ready.write();
  loop.wait(std::nullopt);
  CHECK(calls == 1);
  // A handler may forget itself.
  loop.watch(*ready.out, Loop::Readiness::to_read, [&] {
    ++calls;
    loop.forget(*ready.out);
  });
  loop.wait(std::nullopt);
  loop.wait(Loop::now());
  CHECK(calls == 2);
}

TEST_CASE("the loop waits until the time, which may be over") {
  Loop loop;
  const watch::Instant start = Loop::now();
  loop.wait(start + std::chrono::milliseconds(30));
  CHECK(Loop::now() - start >= std::chrono::milliseconds(29));
  loop.wait(start);
  loop.wait(watch::Instant());
}

TEST_CASE("a descriptor may be watched for writing, and again after it was closed and opened") {
  Loop loop;
  int calls = 0;
  int number = -1;
  for (int i = 0; i < 2; ++i) {
    const Pipe pipe;
    CHECK((number == -1 || number == *pipe.in));
    number = *pipe.in;
    loop.watch(number, Loop::Readiness::to_write, [&] { ++calls; });
    loop.wait(std::nullopt);
    loop.forget(number);
  }
  CHECK(calls == 2);
}
