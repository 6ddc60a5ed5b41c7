#include <fstream>
#include <set>
#include <sstream>

#include <doctest/doctest.h>

#include "multipath/command/compat/command_line.h"
#include "multipath/command/compat/options.h"
#include "multipath/command/configuration.h"
#include "multipath/command/verbs.h"
#include "multipath/config/last_good.h"
#include "tests/support/command_run.h"
#include "tests/support/contains.h"
#include "tests/support/san.h"

using namespace multipath;
using tests::contains;
using tests::San;
using Words = std::vector<std::string>;

namespace {

const std::string broken = "defaults {\n verbosity 2\n";
const std::string first = tests::wwid_of_unit(1).text();

/// On a host whose state files may keep a copy, as the machine itself is.
tests::CommandRun run_live(San& world, const Words& words, bool is_root = true) {
  std::ostringstream out, err;
  Host host = world.host();
  Context context{host, out, err};
  context.is_root = is_root;
  context.keeps_configuration = true;
  const VerbRow* verb = words.empty() ? nullptr : find_verb(words.front());
  tests::CommandRun run;
  run.status = verb != nullptr
                   ? static_cast<int>(run_verb(context, *verb, {words.begin() + 1, words.end()}))
                   : run_compat_command_line(context, words);
  run.out = out.str();
  run.err = err.str();
  return run;
}

std::string copy_in(San& world) { return world.state_files.files[std::string(last_good_file)]; }

std::string words_of(WithErrors with_errors) {
  switch (with_errors) {
    case WithErrors::last_good:
      return "last without errors";
    case WithErrors::stop:
      return "stops";
    case WithErrors::unread:
      break;
  }
  return "not read";
}

/// A verb, or an option of the packaged tool's command line.
struct ConfigurationUse {
  std::string_view command;
  WithErrors with_errors;
  PrintWarnings warnings;
};
std::string words_of_warnings(const ConfigurationUse& use) {
  if (use.with_errors == WithErrors::unread) return "not read";
  return use.warnings == PrintWarnings::yes ? "printed" : "not printed";
}
std::vector<ConfigurationUse> configuration_uses() {
  std::vector<ConfigurationUse> uses;
  for (const VerbRow& verb : verbs()) uses.push_back({verb.name, verb.with_errors, verb.warnings});
  for (const CompatCommand& command : compat_commands())
    uses.push_back({command.option, command.with_errors, command.warnings});
  return uses;
}

/// The command with arguments that name a unit of the host.
Words command_line_of(std::string_view command) {
  static const std::map<std::string_view, Words> words{
      {"multipath", {}},
      {"-c", {"-c", "/dev/sda"}},
      {"-u", {"-u", "sda"}},
      {"-C", {"-C", "mpatha"}},
      {"-U", {"-U", "mpatha"}},
      {"-a", {"-a", "/dev/sda"}},
      {"-w", {"-w", "/dev/sda"}},
      {"-f", {"-f", "mpatha"}},
      {"show", {"show", "maps"}},
      {"explain", {"explain", "sda"}},
      {"rename", {"rename", "mpatha", "x"}},
      {"resize", {"resize", "mpatha"}},
      {"event", {"event", "change", "8:0"}},
      {"udev-map", {"udev-map", "mpatha"}},
  };
  const auto given = words.find(command);
  return given != words.end() ? given->second : Words{std::string(command)};
}

/// Is it a command that reads the configuration of a host like San, whatever the arguments?
bool is_tried(const ConfigurationUse& use) {
  // Others require a directory, another capture or a partition table, or read no setting.
  const std::set<std::string_view> others{"capture", "diff", "partitions", "flush"};
  return use.with_errors != WithErrors::unread && !others.contains(use.command);
}

}  // namespace

TEST_CASE("every job of the packaged tool's options has one rule for configuration errors") {
  std::set<std::string_view> options;
  for (const CompatCommand& command : compat_commands())
    CHECK(options.insert(command.option).second);
  CHECK(options == std::set<std::string_view>{"multipath", "-d", "-r", "-l", "-ll", "-f", "-F",
                                              "-t", "-T", "-a", "-w", "-W", "-c", "-u", "-C",
                                              "-U"});
  CHECK_THROWS_AS(compat_command("nosuch"), std::logic_error);
}

TEST_CASE("the manual has the same table") {
  std::ifstream file("man/multipath.8");
  if (!file) {
    std::puts("SKIP: man/multipath.8 is not below the working directory");
    return;
  }
  std::set<std::string> rows;
  bool inside = false;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with(".Ss ")) inside = line == ".Ss Errors in the configuration";
    if (inside && contains(line, " Ta ") && !contains(line, "Sy command")) rows.insert(line);
  }
  std::set<std::string> expected;
  for (const ConfigurationUse& use : configuration_uses()) {
    const std::string command(use.command);
    const std::string name = command.starts_with("-") ? "Fl " + command.substr(1) : "Cm " + command;
    expected.insert(".It " + name + " Ta " + words_of(use.with_errors) + " Ta " +
                    words_of_warnings(use));
  }
  std::string differing;
  for (const std::string& row : rows)
    if (!expected.contains(row)) differing += "only there: " + row + "\n";
  for (const std::string& row : expected)
    if (!rows.contains(row)) differing += "only here: " + row + "\n";
  CHECK(differing == "");
}

TEST_CASE("every command does with errors what the table says") {
  for (const ConfigurationUse& use : configuration_uses()) {
    if (!is_tried(use)) continue;
    CAPTURE(use.command);
    San world;
    world.put_first();
    world.state_files.files["/etc/multipath.conf"] = broken;
    world.state_files.files["/etc/multipath/wwids"] = "/" + first + "/\n";
    Words command = command_line_of(use.command);
    const auto stopped = run_live(world, command);
    CHECK(
        contains(stopped.err, "/etc/multipath.conf:1:1: error: section defaults is never closed"));
    if (use.with_errors == WithErrors::stop) {
      CHECK(stopped.status == 1);
      CHECK(contains(stopped.err, "nothing was done; correct it"));
      CHECK(world.device_mapper.journal().empty());
      command.emplace_back("--last-good");
      const auto went_on = run_live(world, command);
      // Without a copy, an existing map keeps its name.
      CHECK(went_on.status == (use.command == "rename" ? 4 : 0));
      CHECK(contains(went_on.err, "there is no copy of a configuration without errors"));
    } else {
      CHECK(stopped.status == 0);
      CHECK(contains(
          stopped.err,
          "there is no copy of a configuration without errors; the built-in settings apply"));
    }
  }
}

TEST_CASE("every command prints warnings once, on standard error, as the table says") {
  const std::string sound = "defaults {\n user_friendly_names yes\n failback immediate\n}\n";
  const std::string misspelled =
      "defaults {\n user_friendly_names yes\n failback immediate\n no_path_rety 5\n}\n";
  const std::string warning =
      "/etc/multipath.conf:4:2: warning: unknown keyword 'no_path_rety' in section defaults; the "
      "line is skipped; did you mean 'no_path_retry'?\n";
  for (const ConfigurationUse& use : configuration_uses()) {
    if (!is_tried(use)) continue;
    CAPTURE(use.command);
    const auto run_with = [&](const std::string& text, const Words& more = {}) {
      San world;
      world.put_first();
      world.state_files.files["/etc/multipath.conf"] = text;
      world.state_files.files["/etc/multipath/wwids"] = "/" + first + "/\n";
      Words command = command_line_of(use.command);
      command.insert(command.end(), more.begin(), more.end());
      return run_live(world, command);
    };
    const auto without = run_with(sound);
    const auto with = run_with(misspelled);
    CHECK(!contains(without.err, "multipath.conf"));
    CHECK(with.err == (use.warnings == PrintWarnings::yes ? warning : "") + without.err);
    CHECK(with.status == without.status);
    CHECK(with.out.size() == without.out.size());
    if (!use.command.starts_with("-") || use.command == "-u") continue;
    CHECK(!contains(run_with(misspelled, {"-v1"}).err, "multipath.conf"));
    const auto all = run_with(misspelled, {"-v3"});
    CHECK(contains(all.err, warning));
    CHECK(contains(all.err, "/etc/multipath.conf:3:2: note: failback has no effect here"));
  }
}

TEST_CASE("verbosity of the configuration hides its warnings") {
  San world;
  world.state_files.files["/etc/multipath.conf"] = "defaults {\n verbosity 1\n bogus 1\n}\n";
  CHECK(run_live(world, {"-l"}).err.empty());
  CHECK(contains(run_live(world, {"-l", "-v2"}).err, "multipath.conf:3:2: warning: "));
}

TEST_CASE("of many warnings the first ten and the number of the rest are printed") {
  San world;
  std::string text = "defaults {\n";
  for (int i = 0; i < 200; ++i) text += "bogus_" + std::to_string(i) + " 1\n";
  world.state_files.files["/etc/multipath.conf"] = text + "}\n";
  const auto run = run_live(world, {"-l"});
  CHECK(contains(run.err, "bogus_9'"));
  CHECK(!contains(run.err, "bogus_10'"));
  CHECK(contains(run.err,
                 "multipath: the configuration has 190 more warnings; multipath check-config lists "
                 "them\n"));
}

TEST_CASE("a configuration without errors is copied once, by root alone") {
  San world;
  const std::string good = "defaults {\n find_multipaths off\n}\n";
  world.state_files.files["/etc/multipath.conf"] = good;
  run_live(world, {"-t"}, false);
  CHECK(copy_in(world).empty());
  run_live(world, {"-u", "sda"});
  const auto copy = parse_last_good(copy_in(world));
  REQUIRE(copy);
  REQUIRE(copy->files.size() == 1);
  CHECK(copy->files[0].file == "/etc/multipath.conf");
  CHECK(copy->files[0].text == good);
  CHECK(copy->time.size() == std::string("2025-07-01T12:00:00Z").size());
  const std::size_t written = world.state_files.journal.size();
  for (const Words& words : {Words{"-u", "sda"}, {"-ll"}, {"show", "maps"}, {"-c", "/dev/sda"}})
    run_live(world, words);
  CHECK(world.state_files.journal.size() == written);
  world.state_files.files["/etc/multipath/conf.d/a.conf"] = "defaults {\n verbosity 1\n}\n";
  run_live(world, {"-u", "sda"});
  CHECK(world.state_files.journal.size() == written + 1);
  world.state_files.files["/etc/multipath.conf"] = broken;
  run_live(world, {"-u", "sda"});
  CHECK(world.state_files.journal.size() == written + 1);
}

TEST_CASE("a missing configuration is not copied; a failed copy is harmless") {
  San world;
  CHECK(run_live(world, {"-ll"}).err.empty());
  CHECK(copy_in(world).empty());
  world.state_files.files["/etc/multipath.conf"] = "defaults {\n}\n";
  world.state_files.fault = EROFS;
  const auto run = run_live(world, {"-ll"});
  CHECK(run.status == 0);
  CHECK(run.err.empty());
}

TEST_CASE("with errors the last good configuration applies entirely") {
  San world;
  world.state_files.files["/etc/multipath.conf"] =
      "defaults {\n find_multipaths greedy\n}\nblacklist {\n wwid \"" + first +
      "\"\n}\nmultipaths {\n multipath {\n wwid " + tests::wwid_of_unit(2).text() +
      "\n alias red\n }\n}\n";
  CHECK(contains(run_live(world, {"plan"}).out, "red"));
  world.state_files.files["/etc/multipath.conf"] += "defaults {\n";
  const auto plan = run_live(world, {"plan"});
  CHECK(plan.status == 0);
  CHECK(contains(plan.out, "red"));
  CHECK(!contains(plan.out, first));
  CHECK(contains(plan.err, "the last configuration without errors, of 2"));
  CHECK(contains(run_live(world, {"-u", "sda"}).out, "\"0\""));
  CHECK(contains(run_live(world, {"-c", "/dev/sda"}).out, "\"0\""));
  CHECK(contains(run_live(world, {"-u", "sdc"}).out, "\"1\""));
  CHECK(run_live(world, {"apply"}).status == 1);
  CHECK(world.device_mapper.find("red") == nullptr);
  CHECK(run_live(world, {"event", "add", "8:32"}).status == 0);
  CHECK(world.device_mapper.find("red") != nullptr);
}

TEST_CASE("without a copy known units get maps, and maps keep their settings") {
  San world;
  world.put_map("gold", 1, "1 queue_if_no_path 0 1 1 round-robin 0 2 1 8:0 1 8:16 1");
  world.state_files.files["/etc/multipath.conf"] = broken;
  world.state_files.files["/etc/multipath/wwids"] = "/" + first + "/\n";
  for (const char* device : {"8:0", "8:32"})
    CHECK(run_live(world, {"event", "change", device}).status == 0);
  CHECK(world.device_mapper.journal().empty());
  CHECK(world.device_mapper.find("gold") != nullptr);
  // The other unit is known now.
  world.state_files.files["/etc/multipath/wwids"] += "/" + tests::wwid_of_unit(2).text() + "/\n";
  world.state_files.files["/etc/multipath/bindings"] =
      "mpathq " + tests::wwid_of_unit(2).text() + "\n";
  CHECK(run_live(world, {"event", "change", "8:32"}).status == 0);
  CHECK(world.device_mapper.find("mpathq") != nullptr);
}

TEST_CASE("without a copy a new path joins its map unchanged") {
  San world;
  world.put_map("gold", 1, "1 queue_if_no_path 0 1 1 round-robin 0 1 1 8:0 1");
  world.state_files.files["/etc/multipath.conf"] = broken;
  world.state_files.files["/etc/multipath/wwids"] = "/" + first + "/\n";
  CHECK(run_live(world, {"event", "add", "8:16"}).status == 0);
  const auto* device = world.device_mapper.find("gold");
  REQUIRE(device != nullptr);
  REQUIRE(device->live);
  const std::string parameters = device->live->front().parameters;
  CHECK(contains(parameters, "1 queue_if_no_path"));
  CHECK(contains(parameters, "round-robin"));
  CHECK(contains(parameters, "8:16"));
}

TEST_CASE("-c and -u agree for any configuration") {
  for (const std::string& text : {broken, std::string("blacklist {\n wwid \"*\"\n}\n"),
                                  std::string("defaults {\n bogus 1\n}\n"), std::string("")}) {
    for (const bool is_known : {false, true}) {
      San world;
      world.state_files.files["/etc/multipath.conf"] = text;
      if (is_known) world.state_files.files["/etc/multipath/wwids"] = "/" + first + "/\n";
      for (const char* disk : {"sda", "sdc"}) {
        CAPTURE(text);
        CHECK(run_live(world, {"-c", std::string("/dev/") + disk}).out ==
              run_live(world, {"-u", disk}).out);
      }
    }
  }
}
