#include "multipath/host/live/process_tool_runner.h"

#include <sys/stat.h>

#include <chrono>
#include <fstream>
#include <string>
#include <system_error>

#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>

#include "tests/support/scratch.h"

using multipath::ProcessToolRunner;
using multipath::ToolRun;
using std::chrono::milliseconds;

namespace {

constexpr milliseconds plenty{20'000};

ToolRun shell(const std::string& script, milliseconds limit = plenty) {
  return ProcessToolRunner().run({"/bin/sh", "-c", script}, limit);
}

}  // namespace

TEST_CASE("a program is available if its absolute path is executable") {
  const ProcessToolRunner runner;
  CHECK(runner.available("/bin/true"));
  CHECK_FALSE(runner.available("true"));
  CHECK_FALSE(runner.available("/bin"));
  CHECK_FALSE(runner.available("/etc/passwd"));
  CHECK_FALSE(runner.available("/no/such/program"));
}

TEST_CASE("a program writable by others is not available") {
  const tests::Scratch scratch;
  const std::string program = scratch.path("program");
  std::ofstream(program) << "#!/bin/sh\n";
  REQUIRE(::chmod(program.c_str(), 0755) == 0);
  CHECK(ProcessToolRunner().available(program));
  REQUIRE(::chmod(program.c_str(), 0757) == 0);
  CHECK_FALSE(ProcessToolRunner().available(program));
  REQUIRE(::chmod(program.c_str(), 0755) == 0);
  constexpr uid_t nobody = 65534;
  if (::chown(program.c_str(), nobody, 0) == 0) CHECK_FALSE(ProcessToolRunner().available(program));
}

TEST_CASE("a program always runs in the root directory") { CHECK(shell("pwd -P").output == "/\n"); }

TEST_CASE("a program's status is its exit status") {
  CHECK(ProcessToolRunner().run({"/bin/true"}, plenty) == ToolRun{});
  CHECK(ProcessToolRunner().run({"/bin/false"}, plenty).exit_status == 1);
  CHECK(shell("exit 42").exit_status == 42);
}

TEST_CASE("a program that a signal ended has a status above 128") {
  const auto run = shell("kill -9 $$");
  CHECK(run.exit_status == 128 + 9);
  CHECK_FALSE(run.timed_out);
}

TEST_CASE("both streams are kept apart") {
  const auto run = shell("echo out; echo err >&2; echo more");
  CHECK(run.output == "out\nmore\n");
  CHECK(run.errors == "err\n");
}

TEST_CASE("arguments reach the program as they are, without a shell") {
  const auto run =
      ProcessToolRunner().run({"/bin/echo", "a  b", "$HOME", "*", "", "; false"}, plenty);
  CHECK(run.output == "a  b $HOME *  ; false\n");
}

TEST_CASE("standard input is empty and the environment is fixed") {
  CHECK(ProcessToolRunner().run({"/bin/cat"}, plenty).output.empty());
  const auto run = ProcessToolRunner().run({"/usr/bin/env"}, plenty);
  CHECK(run.output == "PATH=/usr/sbin:/usr/bin:/sbin:/bin\nLC_ALL=C\n");
}

TEST_CASE("a program inherits only its three descriptors") {
  const int leaky = ::open("/dev/null", O_RDONLY);  // without O_CLOEXEC, on purpose
  const auto run = shell("for f in 3 4 5 6 7 8 9; do [ -e /proc/$$/fd/$f ] && echo $f; done; true");
  ::close(leaky);
  CHECK(run.output == "");
}

TEST_CASE("a program that takes too long is killed with its children") {
  const auto begin = std::chrono::steady_clock::now();
  const auto run = shell("echo before; sleep 1000 & sleep 1000", milliseconds(200));
  CHECK(run.timed_out);
  CHECK(run.exit_status == 128 + 9);
  CHECK(run.output == "before\n");
  CHECK(std::chrono::steady_clock::now() - begin < plenty);
}

TEST_CASE("a program that closes its streams is waited for") {
  CHECK(shell("exec >&- 2>&-; sleep 0.1; exit 3").exit_status == 3);
  CHECK(shell("exec >&- 2>&-; sleep 1000", milliseconds(100)).timed_out);
}

TEST_CASE("output above 4 MiB is discarded without blocking the program") {
  const auto run = shell("head -c 5000000 /dev/zero; head -c 5000000 /dev/zero >&2; exit 7");
  CHECK(run.exit_status == 7);
  CHECK(run.output.size() == 4U << 20);
  CHECK(run.errors.size() == 4U << 20);
}

TEST_CASE("a failed start is an error that names the program") {
  ProcessToolRunner runner;
  CHECK_THROWS_WITH_AS(runner.run({"/no/such/program"}, plenty),
                       "cannot run /no/such/program: No such file or directory", std::system_error);
  CHECK_THROWS_AS(runner.run({"true"}, plenty), std::system_error);
  CHECK_THROWS_AS(runner.run({}, plenty), std::system_error);
}
