#include "multipath/watch/watch.h"

#include <algorithm>

#include <doctest/doctest.h>

#include "multipath/watch/best_group.h"
#include "tests/unit/watch/simulated_san.h"

using namespace multipath;
using namespace multipath::tests;
using namespace std::chrono_literals;
using Behaviour = SimulatedSan::Behaviour;

namespace {

constexpr DeviceNumber sda{8, 0};
constexpr DeviceNumber sdb{8, 1};

watch::MapPolicy policy_with(std::optional<NoPathRetry> retry, Failback failback = {}) {
  watch::MapPolicy policy;
  policy.no_path_retry = retry;
  policy.failback = failback;
  return policy;
}

const NoPathRetry three_checks{NoPathRetry::Kind::count, 3};

bool journal_has(const SimulatedSan& san, const std::string& text) {
  return san.journal.find(text) != std::string::npos;
}

/// One map, a path in each of two groups.
SimulatedSan one_map(const watch::MapPolicy& policy) {
  SimulatedSan san(1, 1, 2, policy, {});
  san.keeps_journal = true;
  san.run(2min);
  san.journal.clear();
  return san;
}

void give_priorities(SimulatedSan& san, watch::Watch& watch, int of_a, int of_b,
                     std::vector<watch::Action>& actions) {
  for (const auto& [number, priority] : {std::pair(sda, of_a), std::pair(sdb, of_b)}) {
    std::optional<watch::QuestionId> open;
    watch::Instant now = san.now();
    while (!open) {
      now = std::max(now, *watch.next_wake_up());
      for (const watch::Action& action : watch.step(now, watch::Tick{})) {
        const auto* ask = std::get_if<watch::Ask>(&action);
        if (ask == nullptr) continue;
        if (ask->number == number)
          open = ask->question;
        else
          watch.step(now, watch::Answer{ask->question, CheckerState::ready, {}, "w0", {}});
      }
    }
    for (watch::Action& action :
         watch.step(now, watch::Answer{*open, CheckerState::ready, priority, "w0", {}}))
      actions.push_back(std::move(action));
  }
}

}  // namespace

TEST_CASE("watch: checks of a path that works become rarer, of one that fails stay frequent") {
  SimulatedSan san(1, 1, 1, policy_with({}), {});
  san.run(10min);
  const std::uint64_t at_rest = san.asked();
  CHECK(at_rest <= 600 / 20 + 4);
  san.set(sda, Behaviour::fails);
  san.run(10min);
  CHECK(san.asked() - at_rest >= 600 / 5 - 5);
}

TEST_CASE("watch: an idle path that fails is found by its check, and used again when it works") {
  SimulatedSan san = one_map(policy_with({}));
  san.set(sda, Behaviour::fails);
  san.run(21s);
  CHECK(san.is_failed(sda));
  CHECK(journal_has(san, "does not work: not ready"));
  san.set(sda, Behaviour::works);
  san.run(6s);
  CHECK_FALSE(san.is_failed(sda));
  CHECK(journal_has(san, "in use again"));
}

TEST_CASE("watch: a path that the kernel failed and that works is back within one interval") {
  SimulatedSan san = one_map(policy_with({}));
  san.io_error(sda);
  san.run(6s);
  CHECK_FALSE(san.is_failed(sda));
}

TEST_CASE("watch: a silent path fails at the deadline, is not asked a second time, and returns") {
  SimulatedSan san = one_map(policy_with({}));
  san.set(sda, Behaviour::silent);
  san.run(51s);
  CHECK(san.is_failed(sda));
  const std::uint64_t asked = san.asked();
  san.run(10min);
  CHECK(san.asked() - asked <= 600 / 20 + 1);  // the other path alone
  san.set(sda, Behaviour::works);
  san.run(6s);
  CHECK_FALSE(san.is_failed(sda));
}

TEST_CASE("watch: no_path_retry counts time from the loss of the last path") {
  SimulatedSan san = one_map(policy_with(three_checks));
  san.set(sda, Behaviour::fails);
  san.set(sdb, Behaviour::fails);
  san.io_error(sda);
  san.io_error(sdb);
  san.run(14s);
  CHECK(san.queues(0));
  san.run(2s);
  CHECK_FALSE(san.queues(0));
  SUBCASE("a path that returns makes the map queue again") {
    san.set(sdb, Behaviour::works);
    san.run(6s);
    CHECK(san.queues(0));
  }
  SUBCASE("an administrator's order stays") {
    san.give(watch::Order{watch::Order::Kind::disable_queueing, "mpath-w0"});
    san.set(sdb, Behaviour::works);
    san.run(6s);
    CHECK_FALSE(san.queues(0));
    san.give(watch::Order{watch::Order::Kind::restore_queueing, "mpath-w0"});
    CHECK(san.queues(0));
  }
}

TEST_CASE("watch: a reconfiguration does not restart the countdown of no_path_retry") {
  SimulatedSan san = one_map(policy_with(three_checks));
  for (const DeviceNumber path : {sda, sdb}) {
    san.set(path, Behaviour::fails);
    san.io_error(path);
  }
  san.run(10s);
  watch::MapSeen seen = san.seen(0);
  seen.policy = policy_with(three_checks);
  san.give(seen);
  san.run(6s);
  CHECK_FALSE(san.queues(0));
}

TEST_CASE("watch: maps obey a changed no_path_retry") {
  SimulatedSan san = one_map(policy_with(three_checks));
  const auto reconfigure = [&](std::optional<NoPathRetry> retry) {
    watch::MapSeen seen = san.seen(0);
    seen.policy = policy_with(retry);
    san.give(seen);
  };
  reconfigure(NoPathRetry{NoPathRetry::Kind::fail, 0});
  CHECK_FALSE(san.queues(0));
  reconfigure(std::nullopt);
  CHECK_FALSE(san.queues(0));
  reconfigure(NoPathRetry{NoPathRetry::Kind::queue, 0});
  CHECK(san.queues(0));
  san.give(watch::Order{watch::Order::Kind::disable_queueing, "mpath-w0"});
  reconfigure(three_checks);
  CHECK_FALSE(san.queues(0));
}

TEST_CASE("watch: a count of no_path_retry that comes while a map has no path starts then") {
  SimulatedSan san = one_map(policy_with(NoPathRetry{NoPathRetry::Kind::fail, 0}));
  san.give(san.seen(0));
  for (const DeviceNumber path : {sda, sdb}) {
    san.set(path, Behaviour::fails);
    san.io_error(path);
  }
  san.run(1min);
  watch::MapSeen seen = san.seen(0);
  seen.policy = policy_with(three_checks);
  san.give(seen);
  CHECK(san.queues(0));
  san.run(14s);
  CHECK(san.queues(0));
  san.run(2s);
  CHECK_FALSE(san.queues(0));
}

TEST_CASE("watch: queue and fail of no_path_retry are left to the kernel") {
  for (const auto kind : {NoPathRetry::Kind::queue, NoPathRetry::Kind::fail}) {
    SimulatedSan san = one_map(policy_with(NoPathRetry{kind, 0}));
    for (const DeviceNumber path : {sda, sdb}) {
      san.set(path, Behaviour::fails);
      san.io_error(path);
    }
    san.run(10min);
    CHECK(san.queues(0));
    CHECK_FALSE(journal_has(san, "if_no_path"));
  }
}

TEST_CASE("watch: a path whose unit was replaced never returns into the old map") {
  SimulatedSan san = one_map(policy_with({}));
  san.set(sda, Behaviour::fails);
  san.run(21s);
  REQUIRE(san.is_failed(sda));
  san.wwid_answered = "other";
  san.set(sda, Behaviour::works);
  san.run(1min);
  CHECK(san.is_failed(sda));
  CHECK(journal_has(san, "now identifies as other: the LUN was replaced"));
  CHECK(journal_has(san, "plan (a path has another identity)"));
  san.wwid_answered.clear();
  san.run(6s);
  CHECK_FALSE(san.is_failed(sda));
}

TEST_CASE("watch: a path whose checks pass and whose I/O fails has to pass a read") {
  SimulatedSan san = one_map(policy_with({}));
  san.io_error(sda);
  san.run(6s);
  CHECK_FALSE(san.is_failed(sda));
  san.io_error(sda);
  CHECK(san.is_failed(sda));
  san.journal.clear();
  san.run(12s);
  CHECK(journal_has(san, "ask 8:0 identity read"));
  CHECK_FALSE(san.is_failed(sda));
}

TEST_CASE("watch: an operator's word beats the checks") {
  SimulatedSan san = one_map(policy_with({}));
  san.give(watch::Order{watch::Order::Kind::fail_path, "mpath-w0", sda});
  san.run(2min);
  CHECK(san.is_failed(sda));
  san.give(watch::Order{watch::Order::Kind::reinstate_path, "mpath-w0", sda});
  CHECK_FALSE(san.is_failed(sda));
  san.give(watch::Order{watch::Order::Kind::fail_path, "mpath-w0", {8, 99}});
  san.give(watch::Order{watch::Order::Kind::fail_path, "mpath-none", sda});
  CHECK_FALSE(san.is_failed(sda));
}

TEST_CASE("watch: failback") {
  struct Row {
    Failback failback;
    watch::Duration after;  ///< the switch comes then; -1: never
  };
  for (const Row& row :
       {Row{{Failback::Kind::manual, 0}, -1ms}, Row{{Failback::Kind::immediate, 0}, 0ms},
        Row{{Failback::Kind::deferred, 30}, 30s}, Row{{Failback::Kind::followover, 0}, -1ms}}) {
    CAPTURE(to_string(row.failback));
    SimulatedSan san = one_map(policy_with({}, row.failback));
    watch::Watch watch = san.watch();
    std::vector<watch::Action> actions;
    give_priorities(san, watch, 10, 50, actions);
    std::optional<watch::Instant> switched;
    const auto look = [&](watch::Instant now, const std::vector<watch::Action>& done) {
      for (const watch::Action& action : done) {
        const auto* message = std::get_if<watch::Message>(&action);
        if (message != nullptr && message->kind == watch::Message::Kind::switch_group) {
          CHECK(message->group == 2);
          switched = now;
        }
      }
    };
    look(san.now(), actions);
    CHECK(switched.has_value() == (row.after == 0ms));
    // In time, and not in checks; no path answers meanwhile.
    for (int i = 0; i < 400 && watch.next_wake_up(); ++i)
      look(*watch.next_wake_up(), watch.step(*watch.next_wake_up(), watch::Tick{}));
    CHECK(switched.has_value() == (row.after >= 0ms));
  }
}

TEST_CASE("watch: the group in use is the one with the best average of its usable paths") {
  using Groups = std::vector<std::vector<watch::RatedPath>>;
  CHECK(watch::best_group(Groups{}) == 0);
  CHECK(watch::best_group(Groups{{{false, 50}}, {{true, 10}}}) == 2);
  CHECK(watch::best_group(Groups{{{true, 50}}, {{true, 50}}}) == 1);
  CHECK(watch::best_group(Groups{{{true, 50}}, {{true, 50}, {true, 50}}}) == 2);
  CHECK(watch::best_group(Groups{{{true, 50}, {true, 10}}, {{true, 40}, {true, {}}}}) == 2);
  CHECK(watch::best_group(Groups{{{true, {}}}, {{true, 1}}}) == 2);
}

TEST_CASE("watch: a map that goes takes its paths and countdowns along") {
  SimulatedSan san = one_map(policy_with(three_checks));
  watch::Watch watch = san.watch();
  watch.step(san.now(), watch::MapGone{"mpath-w0"});
  CHECK(watch.maps().empty());
  CHECK(watch.paths().empty());
  CHECK_FALSE(watch.next_wake_up());
  watch.step(san.now(), watch::MapGone{"mpath-w0"});
}

TEST_CASE("watch: the asker's death fails no path") {
  SimulatedSan san = one_map(policy_with({}));
  watch::Watch watch = san.watch();
  std::vector<watch::Action> asked;
  while (asked.empty()) asked = watch.step(*watch.next_wake_up(), watch::Tick{});
  const watch::Instant now = *watch.next_wake_up();
  CHECK(watch.step(std::min(now, now), watch::AskerRestarted{}).empty());
  for (int i = 0; i < 50; ++i) {
    for (const watch::Action& action : watch.step(*watch.next_wake_up(), watch::Tick{})) {
      const auto* ask = std::get_if<watch::Ask>(&action);
      if (ask != nullptr)
        watch.step(*watch.next_wake_up() - 1ms,
                   watch::Answer{ask->question, CheckerState::ready, {}, "w0", {}});
      CHECK_FALSE(std::holds_alternative<watch::Message>(action));
    }
  }
}

TEST_CASE("watch: somebody takes a path into use that does not work") {
  SimulatedSan san = one_map(policy_with({}));
  san.set(sda, Behaviour::fails);
  san.run(21s);
  watch::MapSeen seen = san.seen(0);
  seen.groups[0].paths[0].failed = false;
  san.journal.clear();
  san.give(seen);
  CHECK(journal_has(san, "fail_path 8:0"));
}

TEST_CASE("watch: a suspended map gets no message until it runs") {
  SimulatedSan san = one_map(policy_with({}));
  watch::MapSeen seen = san.seen(0);
  seen.suspended = true;
  san.give(seen);
  san.set(sda, Behaviour::fails);
  san.journal.clear();
  san.run(1min);
  CHECK_FALSE(journal_has(san, "_path"));
  san.give(san.seen(0));
  san.run(6s);
  CHECK(san.is_failed(sda));
}
