#include "multipath/host/live/systemd_manager.h"

#include <sys/socket.h>

#include <array>

#include <doctest/doctest.h>

#include "multipath/host/live/unix_address.h"
#include "tests/support/scratch.h"

using namespace multipath;

TEST_CASE("the service manager gets each state as one datagram") {
  const tests::Scratch scratch;
  const std::string path = scratch.path("notify");
  const scsi::FileDescriptor socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  const UnixAddress address = unix_address(path);
  REQUIRE(::bind(*socket, address.get(), address.length) == 0);
  SystemdManager manager(path);
  manager.notify("READY=1\nSTATUS=up");
  std::array<char, 64> buffer{};
  const ssize_t count = ::recv(*socket, buffer.data(), buffer.size(), MSG_DONTWAIT);
  REQUIRE(count > 0);
  CHECK(std::string(buffer.data(), static_cast<std::size_t>(count)) == "READY=1\nSTATUS=up");
}

TEST_CASE("without a service manager, or when it has ended, nothing happens") {
  SystemdManager none("");
  none.notify("READY=1");
  SystemdManager ended("@multipath-test-nobody");
  ended.notify("READY=1");
  SystemdManager impossible(std::string(300, 'x'));
  impossible.notify("READY=1");
}
