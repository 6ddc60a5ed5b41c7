#include <sys/mman.h>
#include <sys/prctl.h>

#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <iostream>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <malloc.h>
#include <unistd.h>

#include "multipath/command/program.h"
#include "multipath/daemon/arguments.h"
#include "multipath/daemon/asker_service.h"
#include "multipath/daemon/client.h"
#include "multipath/daemon/client_limit.h"
#include "multipath/daemon/run_daemon.h"
#include "multipath/host/live/dm_poll_map_events.h"
#include "multipath/host/live/forked_companion.h"
#include "multipath/host/live/live_host.h"
#include "multipath/host/live/live_signals.h"
#include "multipath/host/live/live_uevent_monitor.h"
#include "multipath/host/live/pid_file.h"
#include "multipath/host/live/systemd_manager.h"
#include "multipath/host/live/unix_connector.h"
#include "multipath/host/live/unix_listener.h"
#include "multipath/model/number_text.h"
#include "multipath/model/printable.h"
#include "multipath/run/load_configuration.h"
#include "multipath/wire/socket_name.h"
#include "version.h"

namespace {

using namespace multipath;

/// EX_CONFIG of sysexits.h: systemd does not start the daemon again (RestartPreventExitStatus).
constexpr int bad_configuration = 78;

std::optional<std::string> variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

int run_client(const daemon::Arguments& arguments, Streams& streams) {
  UnixConnector connector;
  LiveHost live;
  const daemon::ClientSurroundings surroundings{
      .connector = connector,
      .sockets = wire::socket_names(variable(wire::socket_variable)),
      .limit = daemon::client_limit(live.host()),
      .in = std::cin,
      .out = streams.out,
      .err = streams.err};
  return arguments.job == daemon::Arguments::Job::prompt
             ? daemon::run_prompt(surroundings)
             : daemon::run_command(surroundings, arguments.command);
}

/// The sockets that can be had. The daemon needs each; an observer runs beside a daemon that has them.
std::vector<std::unique_ptr<UnixListener>> listen(daemon::Mode mode, daemon::Journal& journal) {
  std::vector<std::unique_ptr<UnixListener>> listeners;
  for (const std::string& name : wire::socket_names(variable(wire::socket_variable))) {
    try {
      listeners.push_back(std::make_unique<UnixListener>(name));
    } catch (const std::system_error& error) {
      if (mode == daemon::Mode::act) throw;
      journal.warn("multipathd", error.what());
    }
  }
  return listeners;
}

/// Nothing that the loop does needs a page that has to be read from a disk, which may be a map
/// without paths, nor memory that such a disk's writeback has to free (prctl(2), PR_SET_IO_FLUSHER).
void stay_in_memory(daemon::Journal& journal) {
  mallopt(M_ARENA_MAX, 1);
  mallopt(M_TRIM_THRESHOLD, std::numeric_limits<int>::max());
  if (mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT) != 0)
    journal.warn("multipathd", std::string("cannot lock its memory: ") + std::strerror(errno));
  // Linux before 5.6 does not know it.
  prctl(PR_SET_IO_FLUSHER, 1, 0, 0, 0);
}

/// Locks the pid file; a daemon that runs already is reported.
std::optional<PidFile> be_the_only_daemon(daemon::Journal& journal) {
  auto file = PidFile::take(PidFile::usual_path);
  if (file) return std::move(*file);
  journal.error(PidFile::usual_path,
                fmt::format("locked by process {}: a multipathd runs already", file.error()));
  return std::nullopt;
}

/// Null if the configuration has errors, which are reported.
std::optional<Configuration> configuration_of(const Host& host, daemon::Journal& journal) {
  auto configuration = load_configuration(host);
  const Diagnostics& diagnostics =
      configuration ? configuration->warnings() : configuration.error();
  for (const Diagnostic& diagnostic : diagnostics)
    journal.warn("multipath.conf", to_string(diagnostic));
  if (!configuration) return std::nullopt;
  return std::move(*configuration);
}

/// WATCHDOG_USEC, where WATCHDOG_PID does not name another process.
std::optional<std::chrono::microseconds> watchdog_time() {
  const auto process = variable("WATCHDOG_PID");
  if (process && *process != std::to_string(getpid())) return std::nullopt;
  const auto time = parse_number<std::uint32_t>(variable("WATCHDOG_USEC").value_or(""));
  if (!time || *time == 0) return std::nullopt;
  return std::chrono::microseconds(*time);
}

int run_daemon(daemon::Mode mode) {
  daemon::DescriptorJournal journal(STDERR_FILENO);
  std::optional<PidFile> only;
  if (mode == daemon::Mode::act) {
    only = be_the_only_daemon(journal);
    if (!only) return 1;
    stay_in_memory(journal);
  }
  LiveSignals signals;
  LiveHost live;
  auto configuration = configuration_of(live.host(), journal);
  if (!configuration) return bad_configuration;
  // The companion has a host of its own: of this one it has only copies of descriptors, closed.
  const auto writing = mode == daemon::Mode::act ? daemon::Writing::yes : daemon::Writing::no;
  ForkedCompanion companion([&configuration, writing](ByteStream& stream) {
    static LiveHost own;
    daemon::serve_requests(own.host(), *configuration, writing, stream);
  });
  DmPollMapEvents map_events;
  LiveUeventMonitor uevents;
  SystemdManager manager(variable("NOTIFY_SOCKET").value_or(""));
  const auto listeners = listen(mode, journal);
  daemon::Connections connections{.host = live.host(),
                                  .companion = companion,
                                  .map_events = map_events,
                                  .uevents = uevents,
                                  .signals = signals,
                                  .manager = manager,
                                  .journal = journal,
                                  .listeners = {},
                                  .process = static_cast<std::uint32_t>(getpid()),
                                  .watchdog = watchdog_time()};
  for (const auto& listener : listeners) connections.listeners.push_back(listener.get());
  daemon::run_daemon(connections, *configuration, mode);
  return 0;
}

int run(const std::vector<std::string>& words, Streams& streams) {
  const auto arguments = daemon::parse_arguments(words);
  if (!arguments) {
    streams.err << "multipathd: " << arguments.error() << '\n';
    return 1;
  }
  switch (arguments->job) {
    case daemon::Arguments::Job::help:
      streams.out << daemon::usage();
      return 0;
    case daemon::Arguments::Job::version:
      streams.out << "multipathd " MULTIPATH_VERSION "\n";
      return 0;
    case daemon::Arguments::Job::daemon:
      return run_daemon(daemon::Mode::act);
    case daemon::Arguments::Job::observe:
      return run_daemon(daemon::Mode::observe);
    case daemon::Arguments::Job::command:
    case daemon::Arguments::Job::prompt:
      break;
  }
  return run_client(*arguments, streams);
}

}  // namespace

int main(int argc, char** argv) {
  Streams streams;
  int status = 1;
  try {
    status = run({argv + 1, argv + argc}, streams);
    streams.out.flush();
    if (!streams.out) {
      streams.err << "multipathd: could not write all of the output\n";
      status = status == 0 ? 1 : status;
    }
  } catch (const std::exception& error) {
    streams.err << "multipathd: " << printable(error.what()) << '\n';
  }
  streams.err.flush();
  return status;
}
