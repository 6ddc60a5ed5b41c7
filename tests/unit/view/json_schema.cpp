#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "multipath/host/state_files.h"
#include "multipath/view/changes.h"
#include "multipath/view/json.h"
#include "multipath/view/json_holders.h"
#include "multipath/view/json_results.h"
#include "tests/support/command_run.h"
#include "tests/support/holder_world.h"
#include "tests/support/scsi_bytes.h"

using namespace multipath;
using tests::FakeHost;
using tests::run_multipath;
using Json = nlohmann::json;

namespace {

/// Types by member: "maps[].name" has "string".
using Members = std::map<std::string, std::set<std::string>>;

std::string type_of(const Json& value) {
  if (value.is_null()) return "null";
  if (value.is_boolean()) return "boolean";
  if (value.is_number()) return "number";
  return value.is_string() ? "string" : "object";
}

void collect(const Json& value, const std::string& name, Members& members) {
  if (value.is_array()) {
    for (const Json& element : value) collect(element, name + "[]", members);
    return;
  }
  if (!name.empty()) members[name].insert(type_of(value));
  if (!value.is_object()) return;
  for (const auto& [key, member] : value.items())
    collect(member, name.empty() ? key : name + "." + key, members);
}

Members members_of(const std::vector<std::string>& texts) {
  Members members;
  for (const std::string& text : texts) collect(Json::parse(text), "", members);
  return members;
}

/// "maps[].name   string|null  meaning", in the display of a subsection; "object  as maps[]" takes
/// over what is said below maps[].
class Manual {
 public:
  explicit Manual(const char* file) {
    std::ifstream page(file);
    there_ = static_cast<bool>(page);
    std::string line, section;
    bool in_members = false, in_display = false;
    while (std::getline(page, line)) {
      if (line.starts_with(".Sh ")) in_members = line == ".Sh MEMBERS";
      if (line.starts_with(".Ss ")) section = line.substr(4);
      if (line.starts_with(".Bd")) in_display = in_members;
      if (line.starts_with(".Ed")) in_display = false;
      if (in_display && !line.starts_with('.')) take(line, sections_[section]);
    }
  }
  bool there() const { return there_; }
  /// What is documented for a text: the section's own members, which the text must have, and what
  /// it takes over from others, which it may.
  struct Documented {
    Members own;
    Members all;
  };
  Documented section(const std::string& name) const {
    Documented documented;
    if (const auto found = sections_.find(name); found != sections_.end())
      documented.own = documented.all = found->second;
    for (const auto& [member, other] : like_) {
      if (!documented.own.contains(member)) continue;
      for (const auto& [section, members] : sections_) {
        for (const auto& [its, types] : members) {
          if (its.starts_with(other + ".") || its.starts_with(other + "["))
            documented.all[member + its.substr(other.size())] = types;
        }
      }
    }
    return documented;
  }

 private:
  void take(const std::string& line, Members& members) {
    std::istringstream words(line);
    std::string name, types, as, other;
    words >> name >> types >> as >> other;
    std::istringstream alternatives(types);
    for (std::string type; std::getline(alternatives, type, '|');) members[name].insert(type);
    if (as == "as" && other.find("[]") != std::string::npos) like_[name] = other;
  }
  std::map<std::string, std::string> like_;
  std::map<std::string, Members> sections_;
  bool there_ = false;
};

/// Both ways: nothing is printed that is not documented, with a type that is; and all that is
/// documented is there.
void check_same(const Manual::Documented& documented, const Members& printed) {
  REQUIRE_FALSE(documented.own.empty());
  for (const auto& [name, types] : printed) {
    CAPTURE(name);
    const bool is_documented = documented.all.contains(name);
    CHECK(is_documented);
    if (!is_documented) continue;
    for (const std::string& type : types) {
      CAPTURE(type);
      CHECK(documented.all.at(name).contains(type));
    }
  }
  for (const auto& [name, types] : documented.own) {
    CAPTURE(name);
    CHECK(printed.contains(name));
  }
}

/// With what every text has; findings there are not always.
Manual::Documented with_common(const Manual& manual, const char* section) {
  Manual::Documented documented = manual.section(section);
  documented.all.merge(manual.section("In every text").all);
  return documented;
}

/// Maps, paths of all kinds, and a configuration with every section.
struct San : FakeHost {
  San() {
    add_path("sda", "1:0:0:1", 1);
    add_path("sdb", "2:0:0:1", 1, {.holders = {"md0"}});
    add_path("sdc", "1:0:0:2", 2);
    add_disk("sdd", "1:0:0:3", tests::sd_number("sdd"),
             tests::fake_disk("ACME", "\xff", "s", tests::bytes({0x60})), {.state = "offline"});
    device_mapper.put({"mpatha",
                       map_uuid(tests::wwid_of_unit(1)),
                       {{0, 2048, "multipath", "0 0 1 1 service-time 0 1 1 8:0 1"}},
                       dm::Access::read_write});
    device_mapper.put({"gone",
                       map_uuid(tests::wwid_of_unit(9)),
                       {{0, 2048, "multipath", "0 0 1 1 service-time 0 1 1 8:240 1"}},
                       dm::Access::read_write});
    show_maps();
    sys.file("devices/pci0000:00/0000:00:05.0/host1/scsi_host/host1/eh_deadline", "off\n");
    state_files.files["/etc/multipath.conf"] =
        "defaults {\n find_multipaths off\n polling_interval 7\n eh_deadline 30\n"
        " fast_io_fail_tmo 90\n dev_loss_tmo 60\n}\n"
        "blacklist {\n wwid x\n}\n"
        "blacklist_exceptions {\n wwid y\n}\n"
        "devices {\n device {\n vendor V\n product P\n }\n}\n"
        "overrides {\n no_path_retry 3\n protocol {\n type scsi:fcp\n fast_io_fail_tmo 5\n }\n}\n"
        "multipaths {\n multipath {\n wwid z\n alias a\n }\n}\n";
  }
  std::string json(std::vector<std::string> words) {
    words.emplace_back("--json");
    return run_multipath(*this, words).out;
  }
};

}  // namespace

TEST_CASE("the manual's JSON schema equals the output, member by member") {
  const Manual manual("man/multipath-json.5");
  if (!manual.there()) {
    std::puts("SKIP: man/multipath-json.5 is not below the working directory");
    return;
  }
  San world;
  const auto check = [&](const std::string& section, const std::vector<std::string>& texts) {
    CAPTURE(section);
    check_same(with_common(manual, section.c_str()), members_of(texts));
  };
  check_same(manual.section("In every text"), [&] {
    Members common = members_of({world.json({"plan"})});
    std::erase_if(common, [](const auto& member) { return member.first.starts_with("actions"); });
    return common;
  }());
  check("Maps", {world.json({"show", "maps"}), world.json({"-l"}), world.json({"-ll", "gone"})});
  check("Paths", {world.json({"show", "paths"}), world.json({"show", "paths", "sdd"})});
  check("Plans and results", {world.json({"plan"}), world.json({"-d"}), world.json({"apply"})});
  check("Explanations", {world.json({"explain", "sda", "sdb", "sdd", "nosuch"})});
  HostState before, after;
  before.paths.resize(1);
  after.maps.resize(1);
  after.configuration.emplace("defaults/verbosity", "3");
  check("Differences", {json_of_changes(changes_between(before, after)),
                        json_of_changes(changes_between(after, before)),
                        json_of_changes(std::vector<HostChange>{{HostChange::Subject::path,
                                                                 HostChange::Kind::changed, "sda",
                                                                 "state", "running", "offline"}})});
  check("Configuration", {world.json({"show", "config"})});
  world.state_files.files["/etc/bad.conf"] = "defaults {\n no_path_rety 5\n";
  check("Review of the configuration",
        {world.json({"check-config", "/etc/bad.conf", "--as-packaged"})});
  check("Requested changes",
        {world.json({"queue", "on", "mpatha"}), [&] {
           world.device_mapper.inject({.verb = "message", .map = "mpatha", .error = EIO});
           return world.json({"fail", "sda"});
         }()});
  check("Restored paths",
        {json_of_restored(std::vector<RestoredMap>{{"mpatha", {"sda"}, true}}, {})});
  check("The wwids file", {world.json({"-a", "sda"})});
  check("Wildcards", {world.json({"show", "wildcards"})});
  check("Flushes", {world.json({"flush", "--all"})});
  const PartitionAction action{PartitionVerb::create, "a-part1", "part1-mpath-a", {1, 2, 3}, "r"};
  const std::vector<PartitionOutcome> partitions{{"a", action, ""}, {"a", action, "e"}};
  check("Partitions", {json_of_partitions(partitions, {})});
}

TEST_CASE("the manual's JSON schema of holders equals the output") {
  const Manual manual("man/multipath-json.5");
  if (!manual.there()) {
    std::puts("SKIP: man/multipath-json.5 is not below the working directory");
    return;
  }
  tests::GraphMaker maker;
  maker.add("sda");
  Holder& upper = maker.add("dm-0", {"sda"});
  maker.base("sda");
  upper.open_count = 1;
  upper.mounts = {tests::mount_on("/srv", 1), tests::mount_on("/srv", 2)};
  upper.mounts.back().own_name_space = false;
  upper.mounts.back().seen_by = {7, "sh", {ProcessUnit::Manager::user, "a.service", 1000}};
  upper.swaps = {{"/dev/dm-0", false, 8}};
  upper.mounts.push_back(upper.mounts.back());
  upper.mounts.back().seen_by = {9, "init", {ProcessUnit::Manager::container, "", 0, "web", "lxc"}};
  upper.nfs_exports = {{"/srv", "*"}};
  upper.openers = {{{8, "cat", {ProcessUnit::Manager::system, "a.service"}}, "/dev/dm-0", true}};
  upper.exports = {"LIO x"};
  HolderGraph graph = maker.graph();
  graph.findings.push_back({Finding::Severity::warning, "sda", "x"});
  Step step;
  step.covers = {0};
  step.command = {"umount", "/srv"};
  step.undo = {"mount /srv"};
  const Teardown teardown{{step, step}, {Blocker{"mounted", "dm-0", "s", "d", "r"}}};
  const std::vector<StepOutcome> outcomes{{step, StepState::failed, "e", {}}};

  check_same(with_common(manual, "Holders"), members_of({json_of_holders(graph)}));
  check_same(with_common(manual, "Taking down"),
             members_of({json_of_teardown(graph, teardown, outcomes, "failed")}));
}
