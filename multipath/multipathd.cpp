#include <chrono>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <optional>
#include <string>
#include <vector>

#include "multipath/command/program.h"
#include "multipath/daemon/arguments.h"
#include "multipath/daemon/client.h"
#include "multipath/daemon/client_limit.h"
#include "multipath/host/live/live_host.h"
#include "multipath/host/live/unix_connector.h"
#include "multipath/model/printable.h"
#include "multipath/wire/socket_name.h"
#include "version.h"

namespace {

using namespace multipath;

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
