#include "multipath/daemon/run_daemon.h"

#include <sys/eventfd.h>
#include <sys/wait.h>

#include <csignal>
#include <fstream>
#include <sstream>

#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>

#include "multipath/daemon/asker_service.h"
#include "multipath/daemon/client.h"
#include "multipath/host/live/forked_companion.h"
#include "multipath/host/live/live_signals.h"
#include "multipath/host/live/unix_connector.h"
#include "multipath/host/live/unix_listener.h"
#include "tests/support/san.h"
#include "tests/support/scratch.h"

using namespace multipath;
using namespace multipath::daemon;

namespace {

struct NoMapEvents final : MapEvents {
  scsi::FileDescriptor file{::eventfd(0, EFD_CLOEXEC)};
  int descriptor() const override { return *file; }
  void arm() override {}
};
struct NoUevents final : UeventMonitor {
  scsi::FileDescriptor file{::eventfd(0, EFD_CLOEXEC)};
  int descriptor() const override { return *file; }
  Taken take() override { return {}; }
};
struct NoManager final : ServiceManager {
  void notify(std::string_view) override {}
};

/// The whole daemon but the kernel, on a SAN in memory. Returns its exit status.
int be_daemon(const std::string& socket, const std::string& log) {
  auto& san = *new tests::San;
  san.put_maps();
  auto& host = *new Host(san.host());
  Configuration configuration;
  DescriptorJournal journal(::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
  LiveSignals signals;
  ForkedCompanion companion(
      [&](ByteStream& stream) { serve_requests(host, configuration, Writing::no, stream); });
  NoMapEvents map_events;
  NoUevents uevents;
  NoManager manager;
  UnixListener listener(socket);
  const Connections connections{.host = host,
                                .companion = companion,
                                .map_events = map_events,
                                .uevents = uevents,
                                .signals = signals,
                                .manager = manager,
                                .journal = journal,
                                .listeners = {&listener},
                                .process = static_cast<std::uint32_t>(::getpid()),
                                .watchdog = std::chrono::milliseconds(50)};
  try {
    run_daemon(connections, configuration, Mode::observe);
  } catch (const std::exception&) {
    return 1;
  }
  return 0;
}

/// A daemon in a process of its own.
struct RunningDaemon {
  tests::Scratch scratch;
  std::string socket = scratch.path("socket");
  std::string log = scratch.path("log");
  pid_t process = ::fork();

  RunningDaemon() {
    if (process == 0) ::_exit(be_daemon(socket, log));
  }
  ~RunningDaemon() {
    if (process > 0) ::kill(process, SIGKILL), ::waitpid(process, nullptr, 0);
  }
  /// The reply to a command, or empty if there is none.
  std::string ask(std::string_view command) const {
    UnixConnector connector;
    std::istringstream in;
    std::ostringstream out;
    std::ostringstream err;
    run_command({connector, {socket}, std::chrono::seconds(10), in, out, err}, command);
    return out.str();
  }
  bool replies_with(std::string_view command, std::string_view text) const {
    for (int i = 0; i < 400; ++i) {
      if (ask(command).find(text) != std::string::npos) return true;
      ::usleep(50'000);
    }
    return false;
  }
  pid_t companion() const {
    const std::string id = std::to_string(process);
    std::ifstream children("/proc/" + id + "/task/" + id + "/children");
    pid_t last = 0;  // the one before may be there still, as a zombie
    for (pid_t child = 0; children >> child;) last = child;
    return last;
  }
  std::string logged() const {
    std::ifstream file(log);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  int wait_for_end() {
    int status = -1;
    ::waitpid(std::exchange(process, 0), &status, 0);
    return status;
  }
};

}  // namespace

TEST_CASE("the daemon surveys its host, answers clients, outlives its asker and ends by a signal") {
  RunningDaemon daemon;
  REQUIRE(daemon.replies_with("show daemon", "idle"));
  CHECK(daemon.ask("show maps raw format %n") == "mpatha\nmpathb\n");
  CHECK(daemon.ask("show status").find("paths: 4\n") != std::string::npos);

  for (int i = 0; i < 2; ++i) {
    const pid_t companion = daemon.companion();
    REQUIRE(companion > 0);
    ::kill(companion, SIGKILL);
    for (int wait = 0; wait < 200 && daemon.companion() == companion; ++wait) ::usleep(50'000);
    CHECK(daemon.companion() > 0);
    CHECK(daemon.companion() != companion);
    // The next survey begins within a second; without the new companion's reply it would not end.
    ::usleep(1'500'000);
    CHECK(daemon.replies_with("show daemon", "idle"));
  }
  CHECK(daemon.logged().find("starting another") != std::string::npos);

  ::kill(daemon.process, SIGTERM);
  CHECK(daemon.wait_for_end() == 0);
  CHECK(::access(daemon.socket.c_str(), F_OK) != 0);
}

TEST_CASE("a client that shuts the daemon down gets its reply") {
  RunningDaemon daemon;
  REQUIRE(daemon.replies_with("show daemon", "pid "));
  if (::geteuid() == 0) {
    CHECK(daemon.ask("shutdown") == "ok\n");
    CHECK(daemon.wait_for_end() == 0);
  } else {
    CHECK(daemon.ask("shutdown").find("permission") != std::string::npos);
  }
}
