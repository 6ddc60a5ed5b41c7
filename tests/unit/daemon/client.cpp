#include "multipath/daemon/client.h"

#include <deque>
#include <sstream>

#include <doctest/doctest.h>

#include "multipath/daemon/arguments.h"
#include "multipath/wire/frame.h"
#include "multipath/wire/reply.h"

using namespace multipath;
using namespace multipath::daemon;

namespace {

using Received = tl::expected<std::string, std::error_code>;

/// A daemon whose answers are written beforehand; what was sent is in `sent`.
struct ScriptedDaemon final : StreamConnector {
  std::string listens_on = "@test";
  std::deque<Received> received;
  std::string sent;
  std::vector<std::string> tried;

  tl::expected<std::unique_ptr<ByteStream>, std::error_code> connect(
      const std::string& name) override {
    tried.push_back(name);
    if (name != listens_on)
      return tl::unexpected(std::make_error_code(std::errc::connection_refused));
    return std::make_unique<Stream>(*this);
  }

  class Stream final : public ByteStream {
   public:
    explicit Stream(ScriptedDaemon& daemon) : daemon_(daemon) {}
    std::error_code send(std::string_view bytes, std::chrono::milliseconds) override {
      daemon_.sent += bytes;
      return {};
    }
    Received receive(std::chrono::milliseconds) override {
      if (daemon_.received.empty())
        return tl::unexpected(std::make_error_code(std::errc::timed_out));
      Received next = daemon_.received.front();
      daemon_.received.pop_front();
      return next;
    }

   private:
    ScriptedDaemon& daemon_;
  };
};

struct Client {
  ScriptedDaemon daemon;
  std::istringstream in;
  std::ostringstream out;
  std::ostringstream err;
  ClientSurroundings surroundings{
      daemon, {"/run/test.socket", "@test"}, std::chrono::milliseconds(4100), in, out, err};
};

}  // namespace

TEST_CASE("the command goes out as one frame, and the reply is printed however it was split") {
  Client client;
  const std::string reply = wire::framed("pid 7 running\n");
  client.daemon.received = {reply.substr(0, 3), reply.substr(3, 8), reply.substr(11)};
  CHECK(run_command(client.surroundings, "show daemon") == 0);
  CHECK(client.daemon.sent == wire::framed("show daemon"));
  CHECK(client.out.str() == "pid 7 running\n");
  CHECK(client.err.str().empty());
  CHECK(client.daemon.tried == std::vector<std::string>{"/run/test.socket", "@test"});
}

TEST_CASE("a failure of the daemon is status 1, and its reason is printed without 'fail'") {
  Client client;
  client.daemon.received = {wire::framed(wire::permission_reply)};
  CHECK(run_command(client.surroundings, "reconfigure") == 1);
  CHECK(client.out.str() == "permission deny: need to be root\n");
}

TEST_CASE("without a daemon the client fails with the reason for each socket") {
  Client client;
  client.daemon.listens_on = "";
  CHECK(run_command(client.surroundings, "show daemon") == 1);
  CHECK(client.out.str().empty());
  CHECK(client.err.str().starts_with("ERROR: failed to connect to multipathd (/run/test.socket: "));
  CHECK(client.err.str().find("; @test: ") != std::string::npos);
}

TEST_CASE("a reply that does not come, breaks off or is no frame is status 1") {
  Client silent;
  CHECK(run_command(silent.surroundings, "show maps") == 1);
  CHECK(silent.out.str() == "timeout receiving packet\n");

  Client closing;
  closing.daemon.received = {wire::framed("name").substr(0, 9), std::string()};
  CHECK(run_command(closing.surroundings, "show maps") == 1);
  CHECK(closing.out.str().find("receiving packet") != std::string::npos);

  Client junk;
  junk.daemon.received = {std::string(64, '\xff')};
  CHECK(run_command(junk.surroundings, "show maps") == 1);
  CHECK(junk.out.str().find("receiving packet") != std::string::npos);
}

TEST_CASE("a command that the daemon would drop is not sent") {
  Client client;
  CHECK(run_command(client.surroundings, std::string(wire::longest_command, 'x')) == 1);
  CHECK(client.daemon.sent.empty());
  CHECK(client.err.str().starts_with("multipathd: command too large"));
}

TEST_CASE("the prompt sends each line over one connection and ends with quit or the end of input") {
  Client client;
  client.in.str("show maps\n\nshow daemon\nexit\nshow paths\n");
  client.daemon.received = {wire::framed("ok\n"), wire::framed("pid 7 idle\n")};
  CHECK(run_prompt(client.surroundings) == 0);
  CHECK(client.out.str() == "multipathd> ok\nmultipathd> multipathd> pid 7 idle\nmultipathd> ");
  CHECK(client.daemon.sent == wire::framed("show maps") + wire::framed("show daemon"));
  CHECK(client.daemon.tried.size() == 2);

  Client broken;
  broken.in.str("show maps\nshow maps\n");
  broken.daemon.received = {std::string()};
  CHECK(run_prompt(broken.surroundings) == 1);
}

TEST_CASE("colours of a reply are removed, other escape sequences are left for the stream") {
  CHECK(without_colours("\x1b[1mmpatha\x1b[0m (3600)\x1b[0;31m") == "mpatha (3600)");
  CHECK(without_colours("\x1b[2Jx\x1b[") == "\x1b[2Jx\x1b[");
}

TEST_CASE("the command line is read as multipath-tools reads it") {
  using Words = std::vector<std::string>;
  using Job = Arguments::Job;
  const auto parse = [](const Words& words) { return parse_arguments(words); };
  CHECK(parse({"show", "maps"})->command == "show maps");
  CHECK(parse({"show", "maps", "format", "%n %w"})->command == "show maps format \"%n %w\"");
  CHECK(parse({"-kshow maps raw format \"%n %w\""})->command == "show maps raw format \"%n %w\"");
  CHECK(parse({"-k"})->job == Job::prompt);
  CHECK(parse({"-k", "show", "daemon"})->command == "show daemon");
  CHECK(parse({"--", "show", "daemon"})->command == "show daemon");
  CHECK(parse({"-d"})->job == Job::daemon);
  CHECK(parse({"-d", "-s", "-v", "3", "-v2"})->job == Job::daemon);
  CHECK_FALSE(parse({"-d", "-v"}));
  CHECK_FALSE(parse({"-d", "show"}));
  CHECK(parse({"--observe"})->job == Job::observe);
  CHECK(parse({"--help"})->job == Job::help);
  CHECK(parse({"-V"})->job == Job::version);
  CHECK(parse({"-x"}).error().find("'-x'") != std::string::npos);
  CHECK_FALSE(parse({}));
}
