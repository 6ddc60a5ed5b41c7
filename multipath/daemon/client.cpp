#include "multipath/daemon/client.h"

#include <istream>
#include <ostream>

#include <fmt/format.h>

#include "multipath/wire/client_command.h"
#include "multipath/wire/frame.h"
#include "multipath/wire/reply.h"

namespace multipath::daemon {
namespace {

using Stream = std::unique_ptr<ByteStream>;

/// Null if nobody listens, which is reported as multipath-tools reports it.
Stream connect(const ClientSurroundings& surroundings) {
  std::string reasons;
  for (const std::string& name : surroundings.sockets) {
    auto stream = surroundings.connector.connect(name);
    if (stream) return std::move(*stream);
    reasons += fmt::format("{}{}: {}", reasons.empty() ? "" : "; ", name, stream.error().message());
  }
  surroundings.err << "ERROR: failed to connect to multipathd (" << reasons << ")\n";
  return nullptr;
}

tl::expected<std::string, std::error_code> reply_to(ByteStream& stream, std::string_view command,
                                                    std::chrono::milliseconds limit) {
  if (const auto error = stream.send(wire::framed(command), limit)) return tl::unexpected(error);
  wire::FrameReader frames(wire::longest_reply);
  for (;;) {
    auto bytes = stream.receive(limit);
    if (!bytes) return tl::unexpected(bytes.error());
    if (bytes->empty()) return tl::unexpected(std::make_error_code(std::errc::connection_reset));
    if (!frames.append(*bytes)) return tl::unexpected(std::make_error_code(std::errc::bad_message));
    if (auto reply = frames.next()) return std::move(*reply);
  }
}

/// Where the words go that multipath-tools prints on standard output when there is no reply:
/// scripts search them for "timeout" and "error".
int report_no_reply(const ClientSurroundings& surroundings, std::error_code error) {
  if (error == std::errc::timed_out)
    surroundings.out << "timeout receiving packet\n";
  else
    surroundings.out << fmt::format("error -{} receiving packet: {}\n", error.value(),
                                    error.message());
  surroundings.out.flush();
  return 1;
}

int print(const ClientSurroundings& surroundings, std::string_view reply) {
  const wire::ClientResult result = wire::result_of(reply);
  surroundings.out << without_colours(result.text);
  surroundings.out.flush();
  return result.status;
}

bool is_too_long(std::string_view command) { return command.size() >= wire::longest_command; }

int refuse_long(const ClientSurroundings& surroundings) {
  surroundings.err << fmt::format("multipathd: command too large; the limit is {} bytes\n",
                                  wire::longest_command - 1);
  return 1;
}

bool ends_prompt(std::string_view line) {
  const auto command = wire::parse_client_command(line);
  return command && command->request == wire::Request::quit;
}

}  // namespace

int run_command(const ClientSurroundings& surroundings, std::string_view command) {
  if (is_too_long(command)) return refuse_long(surroundings);
  const Stream stream = connect(surroundings);
  if (stream == nullptr) return 1;
  const auto reply = reply_to(*stream, command, surroundings.limit);
  return reply ? print(surroundings, *reply) : report_no_reply(surroundings, reply.error());
}

int run_prompt(const ClientSurroundings& surroundings) {
  const Stream stream = connect(surroundings);
  if (stream == nullptr) return 1;
  for (std::string line;;) {
    surroundings.out << "multipathd> ";
    surroundings.out.flush();
    if (!std::getline(surroundings.in, line) || ends_prompt(line)) return 0;
    if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
    if (is_too_long(line)) {
      refuse_long(surroundings);
      continue;
    }
    const auto reply = reply_to(*stream, line, surroundings.limit);
    if (!reply) return report_no_reply(surroundings, reply.error());
    print(surroundings, *reply);
  }
}

std::string without_colours(std::string_view reply) {
  std::string text;
  while (!reply.empty()) {
    constexpr std::string_view start = "\x1b[";
    const std::size_t sequence = std::min(reply.find(start), reply.size());
    text += reply.substr(0, sequence);
    reply.remove_prefix(sequence);
    if (reply.empty()) break;
    const std::size_t end = reply.find_first_not_of("0123456789;", start.size());
    const bool is_colour = end != std::string_view::npos && reply[end] == 'm';
    // Other sequences stay, for the stream to escape.
    if (!is_colour) text += reply.substr(0, start.size());
    reply.remove_prefix(is_colour ? end + 1 : start.size());
  }
  return text;
}

}  // namespace multipath::daemon
