#include "multipath/daemon/run_daemon.h"

#include <list>

#include "multipath/daemon/clients.h"
#include "multipath/daemon/companion_asker.h"
#include "multipath/daemon/loop.h"

namespace multipath::daemon {
namespace {

/// Of more clients, the one that was silent for longest is disconnected.
constexpr std::size_t most_clients = 900;

class Running {
 public:
  Running(const Connections& connections, Configuration& configuration, Mode mode)
      : connections_(connections),
        asker_(connections.companion),
        daemon_({connections.host, asker_, connections.manager, connections.journal,
                 connections.process},
                configuration, mode) {}

  void run() {
    using Readiness = Loop::Readiness;
    loop_.watch(connections_.map_events.descriptor(), Readiness::to_read, [this] {
      connections_.map_events.arm();
      daemon_.take_map_events(Loop::now());
    });
    loop_.watch(connections_.uevents.descriptor(), Readiness::to_read,
                [this] { daemon_.take_uevents(Loop::now(), connections_.uevents.take()); });
    loop_.watch(connections_.signals.descriptor(), Readiness::to_read, [this] { take_signal(); });
    for (ClientListener* listener : connections_.listeners)
      loop_.watch(listener->descriptor(), Readiness::to_read,
                  [this, listener] { accept(*listener); });
    daemon_.start(Loop::now());
    while (!daemon_.is_stopped()) {
      watch_companion();
      loop_.wait(next_wake_up());
      daemon_.take_time(Loop::now());
      connections_.journal.flush();
    }
  }

 private:
  /// Twice in the time that the service manager waits, as sd_watchdog_enabled(3) recommends, the loop
  /// wakes up and reports that it is alive.
  std::optional<watch::Instant> next_wake_up() {
    const auto next = daemon_.next_wake_up();
    if (!connections_.watchdog) return next;
    const watch::Instant now = Loop::now();
    if (now >= alive_due_) {
      connections_.manager.notify("WATCHDOG=1");
      alive_due_ = now + std::chrono::duration_cast<watch::Duration>(*connections_.watchdog / 2);
    }
    return next ? std::min(*next, alive_due_) : alive_due_;
  }

  /// A companion that was started again has another socket, often with the same number.
  void watch_companion() {
    Companion& companion = connections_.companion;
    if (asker_.starts() != watched_start_) loop_.forget(companion_descriptor_);
    watched_start_ = asker_.starts();
    companion_descriptor_ = companion.descriptor();
    loop_.watch(
        companion_descriptor_,
        companion.has_unsent() ? Loop::Readiness::to_read_or_write : Loop::Readiness::to_read,
        [this] {
          connections_.companion.flush();
          daemon_.take_replies(Loop::now(), asker_.receive());
        });
  }

  void take_signal() {
    while (const auto signal = connections_.signals.take()) {
      if (*signal == Signal::end)
        daemon_.stop();
      else
        daemon_.reconfigure(false);
    }
  }

  void accept(ClientListener& listener) {
    auto connection = listener.accept();
    if (!connection) return;
    if (clients_.size() == most_clients) close(clients_.begin());
    clients_.emplace_back(std::move(connection));
    watch_client(std::prev(clients_.end()));
  }

  using Place = std::list<Client>::iterator;

  void watch_client(Place client) {
    loop_.watch(client->descriptor(),
                client->has_unsent() ? Loop::Readiness::to_write : Loop::Readiness::to_read,
                [this, client] { proceed(client); });
  }

  void proceed(Place client) {
    const bool goes_on = client->proceed([this](std::uint32_t user, std::string_view command) {
      return daemon_.reply_to(Loop::now(), user, command);
    });
    if (!goes_on) return close(client);
    clients_.splice(clients_.end(), clients_, client);
    watch_client(client);
  }

  void close(Place client) {
    loop_.forget(client->descriptor());
    clients_.erase(client);
  }

  const Connections& connections_;
  CompanionAsker asker_;
  Daemon daemon_;
  Loop loop_;
  std::list<Client> clients_;
  int companion_descriptor_ = -1;
  int watched_start_ = 0;
  watch::Instant alive_due_ = {};
};

}  // namespace

void run_daemon(const Connections& connections, Configuration& configuration, Mode mode) {
  Running(connections, configuration, mode).run();
}

}  // namespace multipath::daemon
