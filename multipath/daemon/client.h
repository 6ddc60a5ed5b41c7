#pragma once

#include <chrono>
#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

#include "multipath/host/byte_stream.h"

/// The program multipathd: the daemon, and the client that sends commands to it.
namespace multipath::daemon {

/// What a client works with.
struct ClientSurroundings {
  StreamConnector& connector;
  std::vector<std::string> sockets;  ///< names, in the order in which they are tried
  std::chrono::milliseconds limit;   ///< for each part of a reply
  std::istream& in;
  std::ostream& out;  ///< replies
  std::ostream& err;
};

/// Sends one command to the daemon and prints the reply. Returns the exit status: 0, or 1 for a
/// failure, which the reply reports, and if there is no reply.
int run_command(const ClientSurroundings& surroundings, std::string_view command);

/// Reads commands from `in`, one a line, until "quit", "exit" or the end, and prints a prompt before
/// each, whatever `in` is: scripts expect it. One connection serves all. Returns 0, or 1 if there is
/// no daemon or the connection breaks.
int run_prompt(const ClientSurroundings& surroundings);

/// A reply without the colours that a daemon of multipath-tools before 0.9.5 may put into it.
std::string without_colours(std::string_view reply);

}  // namespace multipath::daemon
