#include <sys/wait.h>

#include <doctest/doctest.h>
#include <unistd.h>

#include "multipath/host/live/pid_file.h"
#include "multipath/host/live/unix_address.h"
#include "multipath/host/live/unix_connector.h"
#include "multipath/host/live/unix_listener.h"
#include "tests/support/scratch.h"

using namespace multipath;

namespace {

constexpr std::chrono::milliseconds soon(10'000);

std::string abstract_name() { return "@multipath-test-" + std::to_string(::getpid()); }

/// One exchange over a connection to `name`, on which `listener` listens.
void check_exchange(UnixListener& listener, const std::string& name) {
  UnixConnector connector;
  auto stream = connector.connect(name);
  REQUIRE(stream);
  const auto connection = listener.accept();
  REQUIRE(connection);
  CHECK(connection->user() == ::geteuid());
  CHECK(connection->receive().error() == ClientConnection::Standstill::for_now);
  CHECK_FALSE((*stream)->send("question", soon));
  CHECK(connection->receive() == "question");
  CHECK(connection->send("answer") == std::size_t{6});
  CHECK((*stream)->receive(soon) == "answer");
  CHECK((*stream)->receive(std::chrono::milliseconds(1)).error() == std::errc::timed_out);
  stream->reset();
  CHECK(connection->receive().error() == ClientConnection::Standstill::ended);
}

}  // namespace

TEST_CASE("clients reach a listener by an abstract name and by a path, and it knows their user") {
  UnixListener abstract(abstract_name());
  CHECK(abstract.accept() == nullptr);
  check_exchange(abstract, abstract_name());

  const tests::Scratch scratch;
  const std::string path = scratch.path() + "/socket";
  {
    UnixListener listener(path);
    check_exchange(listener, path);
    CHECK_THROWS_AS(UnixListener{path}, std::system_error);
  }
  CHECK(::access(path.c_str(), F_OK) != 0);
}

TEST_CASE("a socket that a killed process left is replaced") {
  const tests::Scratch scratch;
  const std::string path = scratch.path() + "/socket";
  {
    const scsi::FileDescriptor dead(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const UnixAddress address = unix_address(path);
    REQUIRE(::bind(*dead, address.get(), address.length) == 0);
  }
  UnixListener listener(path);
  check_exchange(listener, path);
}

TEST_CASE("a name that is no address, or where nobody listens, is an error") {
  UnixConnector connector;
  for (const std::string& name : {std::string(), std::string("@"), std::string(200, 'x')})
    CHECK(connector.connect(name).error() == std::errc::filename_too_long);
  CHECK(connector.connect(abstract_name()).error() == std::errc::connection_refused);
}

TEST_CASE("a pid file is locked against another process, and has the id of its owner") {
  const tests::Scratch scratch;
  const std::string path = scratch.path() + "/pid";
  const auto owned = PidFile::take(path);
  REQUIRE(owned);
  const pid_t owner = ::getpid();
  const pid_t child = ::fork();
  if (child == 0) {
    const auto refused = PidFile::take(path);
    ::_exit(!refused && refused.error() == owner ? 0 : 1);
  }
  int status = -1;
  ::waitpid(child, &status, 0);
  CHECK(status == 0);
}
