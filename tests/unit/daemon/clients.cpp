#include "multipath/daemon/clients.h"

#include <deque>

#include <doctest/doctest.h>

using namespace multipath;
using namespace multipath::daemon;

namespace {

using Standstill = ClientConnection::Standstill;

/// What arrives, in pieces, and how much is taken at a time.
struct Script {
  std::deque<std::string> arriving;
  std::size_t takes = 1U << 20U;
  bool ends = false;
  std::string sent;
};

class ScriptedConnection final : public ClientConnection {
 public:
  explicit ScriptedConnection(Script& script) : script_(script) {}
  int descriptor() const override { return -1; }
  std::uint32_t user() const override { return 1001; }
  tl::expected<std::string, Standstill> receive() override {
    if (script_.arriving.empty())
      return tl::unexpected(script_.ends ? Standstill::ended : Standstill::for_now);
    std::string piece = script_.arriving.front();
    script_.arriving.pop_front();
    return piece;
  }
  tl::expected<std::size_t, Standstill> send(std::string_view bytes) override {
    if (script_.takes == 0) return tl::unexpected(Standstill::for_now);
    const std::size_t count = std::min(bytes.size(), script_.takes);
    script_.sent += bytes.substr(0, count);
    return count;
  }

 private:
  Script& script_;
};

Client client_of(Script& script) { return Client(std::make_unique<ScriptedConnection>(script)); }

std::string echo(std::uint32_t user, std::string_view command) {
  return std::to_string(user) + ' ' + std::string(command);
}

}  // namespace

TEST_CASE("a client's commands are answered in order, with the user who connected") {
  Script script;
  const std::string frames = wire::framed("first") + wire::framed("second");
  script.arriving = {frames.substr(0, 3), frames.substr(3)};
  Client client = client_of(script);
  CHECK(client.proceed(echo));
  CHECK(script.sent.empty());
  CHECK(client.proceed(echo));
  CHECK(script.sent == wire::framed("1001 first") + wire::framed("1001 second"));
}

TEST_CASE("a client that does not take its reply gets no other one, and delays nobody") {
  Script script;
  script.arriving = {wire::framed("a") + wire::framed("b")};
  script.takes = 0;
  Client client = client_of(script);
  int answers = 0;
  const auto counted = [&](std::uint32_t user, std::string_view command) {
    ++answers;
    return echo(user, command);
  };
  CHECK(client.proceed(counted));
  CHECK(client.has_unsent());
  CHECK(client.proceed(counted));
  CHECK(answers == 1);
  script.takes = 5;
  while (client.has_unsent()) CHECK(client.proceed(counted));
  CHECK(answers == 2);
  CHECK(script.sent == wire::framed("1001 a") + wire::framed("1001 b"));
}

TEST_CASE("a client is disconnected for a frame of an impossible length, and when it closes") {
  Script junk;
  junk.arriving = {std::string(16, '\xff')};
  CHECK_FALSE(client_of(junk).proceed(echo));

  Script empty;
  empty.arriving = {std::string(8, '\0')};
  CHECK_FALSE(client_of(empty).proceed(echo));

  Script closing;
  closing.ends = true;
  CHECK_FALSE(client_of(closing).proceed(echo));
}
