#include "multipath/daemon/daemon.h"

#include <algorithm>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "multipath/daemon/seen_map.h"
#include "multipath/run/plan_run.h"
#include "tests/support/san.h"

using namespace multipath;
using namespace multipath::daemon;

namespace {

struct FakeAsker final : Asker {
  std::vector<AskerRequest> requests;
  int starts = 0;

  void start() override { ++starts; }
  void ask(const AskerRequest& request) override { requests.push_back(request); }
  Received receive() override { return {}; }
};

struct FakeManager final : ServiceManager {
  std::string told;
  void notify(std::string_view state) override { told.append(state) += ';'; }
};

struct KeptJournal final : Journal {
  std::string lines;
  void add(const Finding& finding) override { lines += to_string(finding) + '\n'; }
  bool has(std::string_view text) const { return lines.find(text) != std::string::npos; }
};

/// A daemon on a SAN with two maps of two paths, in virtual time.
struct World {
  tests::San san;
  Host host = san.host();
  FakeAsker asker;
  FakeManager manager;
  KeptJournal journal;
  Configuration configuration;
  Daemon daemon;
  watch::Instant now{std::chrono::hours(1)};

  explicit World(Mode mode, const std::string& text = "")
      : configuration(configuration_of(text)),
        daemon({host, asker, manager, journal, 77}, configuration, mode) {
    san.put_maps();
  }
  static Configuration configuration_of(const std::string& text) {
    const std::vector<ConfigurationText> texts{{"test.conf", text}};
    return Configuration::load(texts).value();
  }

  /// Answers the survey that was asked for last, with what the host has.
  void finish_survey() {
    const auto request = std::ranges::find_if(
        asker.requests.rbegin(), asker.requests.rend(),
        [](const AskerRequest& each) { return std::holds_alternative<SurveyRequest>(each); });
    REQUIRE(request != asker.requests.rend());
    const auto& wanted = std::get<SurveyRequest>(*request);
    DiscoveryOptions discovery;
    discovery.configuration = configuration;
    const PlanningOptions planning = make_planning_options(host, discovery, {});
    PlanRun planned = plan_maps(host, {}, planning, discovery, NeedDeviceMapper::yes);
    Survey survey{.number = wanted.number, .whole_host = true, .paths = planned.paths};
    for (const Action& action : planned.plan.actions)
      if (action.verb != Verb::nothing)
        survey.changes.push_back({action.desired.wwid.text(), action.desired.name,
                                  to_string(action.verb), action.reason});
    daemon.take_replies(now, {{survey}, false});
  }
  void start() {
    daemon.start(now);
    finish_survey();
  }
  /// Lets time pass and answers every question, with `state` for one disk and ready for the others.
  void pass(std::chrono::seconds time, const std::string& kname = "",
            CheckerState state = CheckerState::ready) {
    const watch::Instant end = now + time;
    while (true) {
      const auto next = daemon.next_wake_up();
      if (!next || *next > end) break;
      now = std::max(now, *next);
      daemon.take_time(now);
      for (const AskerRequest& request : std::exchange(asker.requests, {})) {
        const auto* ask = std::get_if<watch::Ask>(&request);
        if (ask == nullptr) continue;
        const bool is_it = !kname.empty() && ask->number == tests::sd_number(kname);
        const int unit = ask->number.minor < 32 ? 1 : 2;
        daemon.take_replies(
            now, {{watch::Answer{ask->question, is_it ? state : CheckerState::ready, 50,
                                 tests::wwid_of_unit(unit).text(), is_it ? "it is broken" : ""}},
                  false});
        daemon.take_map_events(now);
      }
    }
    now = end;
  }
  std::string ask(std::string_view command, std::uint32_t user = 0) {
    return daemon.reply_to(now, user, command);
  }
  /// Messages that were sent to maps.
  std::vector<std::string> messages() const {
    std::vector<std::string> lines;
    for (const std::string& line : san.device_mapper.journal())
      if (line.starts_with("message")) lines.push_back(line);
    return lines;
  }
};

}  // namespace

TEST_CASE(
    "the daemon is in state configure until its first survey, and answers clients meanwhile") {
  World world(Mode::observe);
  world.daemon.start(world.now);
  CHECK(world.asker.starts == 1);
  CHECK(world.ask("show daemon") == "pid 77 configure\n");
  CHECK(world.ask("show maps") == "ok\n");
  world.finish_survey();
  CHECK(world.ask("show daemon", 1000) == "pid 77 idle\n");
  CHECK(world.manager.told == "STATUS=configure;READY=1\nSTATUS=up;");
}

TEST_CASE("listings have maps and paths of the kernel with the results of checks") {
  World world(Mode::observe);
  world.start();
  world.pass(std::chrono::seconds(30), "sda", CheckerState::faulty);
  CHECK(world.ask("show maps raw format \"%n %N\"") == "mpatha 2\nmpathb 2\n");
  const std::string paths = world.ask("show paths format \"%d %m %T %t\"");
  CHECK(paths.starts_with("dev multipath chk_st dm_st \nsda mpatha    faulty active\n"));
  CHECK(paths.find("sdb mpatha    ready  active") != std::string::npos);
  CHECK(world.ask("show map mpathb raw format %n") == "mpathb\n");
  CHECK(world.ask("show map nosuch json") == "fail\ndevice not found\n");
  CHECK(world.ask("show path sdb") == "running\n");
  CHECK(world.ask("show status").find("down                1\nup                  3\n") !=
        std::string::npos);
  CHECK(world.ask("show maps json").find("\"minor_version\": 1") != std::string::npos);
  CHECK(world.ask("show nonsense").starts_with("fail\n"));
}

TEST_CASE("the daemon shows topology, wildcards and its configuration") {
  World world(Mode::observe, "defaults {\n no_path_retry 4\n}\n");
  world.start();
  CHECK(world.ask("show topology").starts_with("mpatha ("));
  CHECK(world.ask("show map mpathb topology").starts_with("mpathb ("));
  CHECK(world.ask("show wildcards").starts_with("multipath format wildcards:\n%n  name\n"));
  CHECK(world.ask("show config").find("no_path_retry") != std::string::npos);
  const std::string local = world.ask("show config local");
  CHECK(local.find("alias \"mpatha\"") != std::string::npos);
  CHECK(2 * local.size() < world.ask("show config").size());
  CHECK(world.ask("show maps raw format \"%n %? %n%\"") == "mpatha  mpatha\nmpathb  mpathb\n");
  CHECK(world.ask("show map dm-0 json").find("\"map\": {") != std::string::npos);
  CHECK(world.ask("show devices").starts_with("fail\n"));
  CHECK(world.ask("quit") == "ok\n");
}

TEST_CASE("an observer reports what it would do, and sends nothing") {
  World world(Mode::observe);
  world.start();
  world.pass(std::chrono::seconds(30), "sda", CheckerState::faulty);
  CHECK(world.journal.has("sda: path of mpatha does not work: it is broken"));
  CHECK(world.journal.has("mpatha: would send 'fail_path 8:0'"));
  CHECK(world.ask("fail path sdb").find("only observes") != std::string::npos);
  CHECK(world.messages().empty());
}

TEST_CASE(
    "a path that fails its check is failed in its map, and reinstated one interval after it "
    "works") {
  World world(Mode::act);
  world.start();
  world.pass(std::chrono::seconds(30), "sda", CheckerState::faulty);
  REQUIRE(world.messages().size() == 1);
  CHECK(world.messages().back().find("fail_path 8:0") != std::string::npos);
  world.pass(std::chrono::seconds(5));
  REQUIRE(world.messages().size() == 2);
  CHECK(world.messages().back().find("reinstate_path 8:0") != std::string::npos);
}

TEST_CASE(
    "a message that the kernel refuses is reported, and tried again without end only slowly") {
  World world(Mode::act);
  world.start();
  world.san.device_mapper.inject({.verb = "message", .map = "mpatha", .error = EBUSY});
  CHECK(world.ask("fail path sda") ==
        fmt::format("fail\n{}\n", std::generic_category().message(EBUSY)));
  CHECK(world.journal.has("refused"));
  CHECK(world.ask("fail path 8:0") == "ok\n");
  CHECK(world.messages().size() == 2);
}

TEST_CASE("commands of an administrator change queueing and groups of a map") {
  World world(Mode::act, "defaults {\n no_path_retry queue\n}\n");
  world.start();
  CHECK(world.ask("disablequeueing map mpatha") == "ok\n");
  CHECK(world.messages().back().find("fail_if_no_path") != std::string::npos);
  CHECK(world.ask("restorequeueing maps") == "ok\n");
  CHECK(world.messages().back().find("queue_if_no_path") != std::string::npos);
  CHECK(world.ask("switch map mpathb group 2") == "ok\n");
  CHECK(world.messages().back().find("switch_group 2") != std::string::npos);
  CHECK(world.ask("switch map mpathb group 3").starts_with("fail\n"));
  CHECK(world.ask("switch map mpathb group x").starts_with("fail\n"));
  CHECK(world.ask("disablequeueing map nosuch") == "fail\ndevice not found\n");
  CHECK(world.ask("reset map mpatha stats") == "ok\n");
  CHECK(world.ask("add map mpathc").starts_with("fail\n"));
}

TEST_CASE("only root may change anything; everybody may read") {
  World world(Mode::act);
  world.start();
  CHECK(world.ask("fail path sda", 1000) == "fail\npermission deny: need to be root\n");
  CHECK(world.ask("shutdown", 1000) == "fail\npermission deny: need to be root\n");
  CHECK_FALSE(world.daemon.is_stopped());
  CHECK(world.messages().empty());
  CHECK(world.ask("show maps raw format %n", 1000) == "mpatha\nmpathb\n");
  CHECK(world.ask("shutdown") == "ok\n");
  CHECK(world.daemon.is_stopped());
}

TEST_CASE("uevents of disks lead to one survey of these devices after the burst") {
  World world(Mode::observe);
  world.start();
  world.asker.requests.clear();
  UeventMonitor::Taken events;
  for (const char* kname : {"sda", "sdb", "sda"})
    events.events.push_back({"change", "block", kname, tests::sd_number(kname)});
  events.events.push_back({"change", "block", "dm-0", DeviceNumber{253, 0}});
  world.daemon.take_uevents(world.now, events);
  CHECK(world.asker.requests.empty());
  world.now += std::chrono::seconds(1);
  world.daemon.take_time(world.now);
  REQUIRE(world.asker.requests.size() == 1);
  const auto& request = std::get<SurveyRequest>(world.asker.requests.front());
  CHECK(request.devices == std::set{tests::sd_number("sda"), tests::sd_number("sdb")});
  CHECK(world.ask("show daemon") == "pid 77 running\n");

  world.daemon.take_uevents(world.now, {{}, true});
  world.finish_survey();
  world.now += std::chrono::seconds(1);
  world.daemon.take_time(world.now);
  CHECK_FALSE(std::get<SurveyRequest>(world.asker.requests.back()).devices.has_value());
}

TEST_CASE("a change that a plan wants is reported once") {
  World world(Mode::observe);
  world.san.add_path("sde", "1:0:0:3", 3);
  world.san.add_path("sdf", "2:0:0:3", 3);
  world.start();
  CHECK(world.journal.has("multipath would create: "));
  world.journal.lines.clear();
  world.daemon.take_uevents(world.now, {{}, true});
  world.pass(std::chrono::seconds(2));
  world.daemon.take_uevents(world.now, {{}, true});
  world.now += std::chrono::seconds(1);
  world.daemon.take_time(world.now);
  CHECK_FALSE(world.journal.has("would create"));
}

TEST_CASE("an asker that ends is started again; open checks and the survey are repeated") {
  World world(Mode::observe);
  world.start();
  world.daemon.take_replies(world.now, {{}, true});
  CHECK(world.asker.starts == 2);
  world.asker.requests.clear();
  world.now += std::chrono::seconds(1);
  world.daemon.take_time(world.now);
  const auto survey = std::ranges::find_if(world.asker.requests, [](const AskerRequest& each) {
    return std::holds_alternative<SurveyRequest>(each);
  });
  REQUIRE(survey != world.asker.requests.end());
  CHECK_FALSE(std::get<SurveyRequest>(*survey).devices.has_value());
}

TEST_CASE(
    "a new configuration is in force after reconfigure, and a survey of the whole host follows") {
  World world(Mode::act, "defaults {\n no_path_retry 4\n}\n");
  world.start();
  CHECK(world.ask("show maps raw format %Q") == "4 chk\n4 chk\n");
  world.asker.requests.clear();
  CHECK(world.ask("reconfigure all", 1000).find("permission") != std::string::npos);
  CHECK(world.ask("reconfigure all") == "ok\n");
  REQUIRE(world.asker.requests.size() == 1);
  CHECK(std::holds_alternative<ConfigurationRequest>(world.asker.requests.front()));
  CHECK(world.ask("show daemon") == "pid 77 configure\n");
  const ReadConfiguration read{{{"test.conf", "defaults {\n no_path_retry fail\n}\n"}}, {}};
  world.daemon.take_replies(world.now, {{read}, false});
  world.daemon.take_time(world.now);
  CHECK(std::get<SurveyRequest>(world.asker.requests.back()).reload_all);
  world.finish_survey();
  CHECK(world.ask("show daemon") == "pid 77 idle\n");
  CHECK(world.ask("show maps raw format %Q") == "off\noff\n");
  CHECK(world.manager.told.ends_with("RELOADING=1\nSTATUS=configure;READY=1\nSTATUS=up;"));
}

TEST_CASE("reconfigure is not over with a survey that began before it") {
  World world(Mode::act);
  world.start();
  world.daemon.take_uevents(world.now, {{}, true});
  world.now += std::chrono::seconds(1);
  world.daemon.take_time(world.now);
  world.daemon.reconfigure(false);
  world.finish_survey();
  CHECK(world.ask("show daemon") == "pid 77 configure\n");
  world.daemon.take_replies(world.now, {{ReadConfiguration{}}, false});
  world.daemon.take_time(world.now);
  world.finish_survey();
  CHECK(world.ask("show daemon") == "pid 77 idle\n");
}

TEST_CASE("a configuration with errors, or that cannot be read, is reported and not taken") {
  World world(Mode::act, "defaults {\n no_path_retry 4\n}\n");
  world.start();
  world.daemon.reconfigure(false);
  const ReadConfiguration wrong{{{"test.conf", "defaults {\n no_path_retry fail\n"}}, {}};
  world.daemon.take_replies(world.now, {{wrong}, false});
  CHECK(world.journal.has("is never closed"));
  CHECK(world.journal.has("the former configuration stays in force"));
  world.daemon.reconfigure(false);
  world.daemon.take_replies(world.now, {{ReadConfiguration{{}, "Input/output error"}}, false});
  CHECK(world.journal.has("Input/output error"));
  CHECK(world.ask("show daemon") == "pid 77 idle\n");
  CHECK(world.ask("show maps raw format %Q") == "4 chk\n4 chk\n");
}

TEST_CASE("a unit whose plan does not help is planned again after pauses that double") {
  World world(Mode::act);
  world.start();
  // The disk is gone, and its map keeps it: each look at it asks for a plan.
  std::vector<std::chrono::seconds> times;
  const watch::Instant begin = world.now;
  for (int second = 0; second < 600; ++second) {
    world.now += std::chrono::seconds(1);
    world.asker.requests.clear();
    world.daemon.take_uevents(world.now, {{}, false});
    world.daemon.take_replies(world.now, {});
    world.daemon.take_uevents(world.now, {{{"change", "scsi", "1:0:0:1", std::nullopt}}, false});
    world.daemon.take_time(world.now);
    for (const AskerRequest& request : std::exchange(world.asker.requests, {})) {
      if (std::holds_alternative<SurveyRequest>(request)) {
        times.push_back(std::chrono::duration_cast<std::chrono::seconds>(world.now - begin));
        world.asker.requests.push_back(request);
        world.finish_survey();
        world.asker.requests.clear();
        continue;
      }
      const auto& ask = std::get<watch::Ask>(request);
      const int unit = ask.number.minor == 0 ? 9 : ask.number.minor < 32 ? 1 : 2;
      world.daemon.take_replies(world.now, {{watch::Answer{ask.question, CheckerState::ready, 50,
                                                           tests::wwid_of_unit(unit).text(), ""}},
                                            false});
    }
  }
  CHECK(times.size() >= 1);
  CHECK(times.size() <= 12);
}

TEST_CASE("a survey that fails is reported and tried again later, not at once") {
  World world(Mode::observe);
  world.daemon.start(world.now);
  world.daemon.take_replies(world.now, {{Survey{.number = 1, .failure = "no driver"}}, false});
  CHECK(world.journal.has("discovery failed: no driver"));
  CHECK(world.ask("show daemon") == "pid 77 configure\n");
  world.asker.requests.clear();
  world.now += std::chrono::seconds(29);
  world.daemon.take_time(world.now);
  CHECK(world.asker.requests.empty());
  world.now += std::chrono::seconds(1);
  world.daemon.take_time(world.now);
  CHECK(world.asker.requests.size() == 1);
}

TEST_CASE("a map that is removed is no longer listed nor checked") {
  World world(Mode::observe);
  world.start();
  {
    const auto batch = world.san.device_mapper.begin_batch();
    world.san.device_mapper.remove("mpathb", *batch);
  }
  world.daemon.take_map_events(world.now);
  CHECK(world.ask("show maps raw format %n") == "mpatha\n");
  CHECK(world.ask("show status").find("paths: 2\n") != std::string::npos);
}

TEST_CASE("how a map is watched comes from the configuration of its unit") {
  const Configuration configuration = World::configuration_of(
      "defaults {\n polling_interval 3\n max_polling_interval 12\n checker_timeout 7\n"
      " no_path_retry 4\n failback 9\n}\n");
  CurrentMap map;
  map.uuid = "mpath-3600";
  const watch::MapPolicy policy = policy_of(configuration, map, nullptr);
  CHECK(policy.check.interval == std::chrono::seconds(3));
  CHECK(policy.check.longest == std::chrono::seconds(12));
  CHECK(policy.check.deadline == std::chrono::seconds(7));
  CHECK(policy.check.recheck_wwid);
  CHECK(policy.no_path_retry->checks == 4);
  CHECK(policy.failback.seconds == 9);

  const Configuration off = World::configuration_of("defaults {\n recheck_wwid no\n}\n");
  CHECK_FALSE(policy_of(off, map, nullptr).check.recheck_wwid);
}
