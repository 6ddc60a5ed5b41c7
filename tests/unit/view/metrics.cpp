#include "multipath/view/metrics.h"

#include <map>
#include <optional>
#include <regex>
#include <set>
#include <sstream>

#include <doctest/doctest.h>

using namespace multipath;

namespace {

/// Prometheus' text format as its parser wants it, and what promtool asks for beyond that. Nothing
/// when all is well, else the line that is wrong and why.
class FormatCheck {
 public:
  static std::optional<std::string> check(const std::string& text) {
    FormatCheck format;
    if (text.empty() || text.back() != '\n') return "does not end with a line feed";
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
      const std::string wrong = format.check_line(line);
      if (!wrong.empty()) return wrong + ": " + line;
    }
    return std::nullopt;
  }

 private:
  std::string check_line(const std::string& line) {
    static const std::regex help("# HELP ([a-zA-Z_:][a-zA-Z0-9_:]*) ([^ ].*)");
    static const std::regex type("# TYPE ([a-zA-Z_:][a-zA-Z0-9_:]*) (counter|gauge)");
    static const std::regex sample(
        R"re(([a-zA-Z_:][a-zA-Z0-9_:]*)(\{(.*)\})? (-?[0-9]+(\.[0-9]+)?|NaN|[+-]Inf))re");
    std::smatch match;
    if (std::regex_match(line, match, help)) return begin(match[1]);
    if (std::regex_match(line, match, type)) return take_type(match[1], match[2]);
    if (line.starts_with("#")) return "neither HELP nor TYPE";
    if (!std::regex_match(line, match, sample)) return "no sample";
    return take_sample(match[1], match[3], line.substr(0, line.rfind(' ')));
  }

  std::string begin(const std::string& name) {
    if (!families_.insert(name).second) return "a family comes twice";
    family_ = name;
    type_.clear();
    return "";
  }

  std::string take_type(const std::string& name, const std::string& type) {
    if (name != family_ || !type_.empty()) return "TYPE without its HELP before it";
    type_ = type;
    const bool is_total = name.ends_with("_total");
    return is_total == (type == "counter") ? "" : "_total is for counters, and for them only";
  }

  std::string take_sample(const std::string& name, const std::string& labels,
                          const std::string& series) {
    if (name != family_ || type_.empty()) return "a sample outside its family";
    if (!series_.insert(series).second) return "a series comes twice";
    return check_labels(labels);
  }

  static std::string check_labels(const std::string& labels) {
    static const std::regex label(R"re(([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\[\\"n])*)")re");
    std::set<std::string> names;
    for (auto at = labels.begin(); at != labels.end();) {
      std::smatch match;
      if (!std::regex_search(at, labels.end(), match, label,
                             std::regex_constants::match_continuous))
        return "labels";
      if (!names.insert(match[1]).second) return "a label comes twice";
      if (match[1].str().starts_with("__")) return "a label of Prometheus' own";
      at += match.length();
      if (at == labels.end()) break;
      if (*at++ != ',') return "labels";
      if (at == labels.end()) return "a comma behind the labels";
    }
    return "";
  }

  std::set<std::string> families_, series_;
  std::string family_, type_;
};

struct World {
  std::vector<Path> paths;
  std::vector<CurrentMap> maps;
  Plan plan;
  std::vector<Finding> findings;

  void add_path(const std::string& kname, std::uint32_t minor, CheckerState state) {
    Path path;
    path.kname = kname;
    path.number = {8, minor};
    path.address = {1, 0, 0, minor};
    path.vendor = "PURE";
    path.product = "FlashArray";
    path.wwid = Wwid::from_text("3600");
    path.checker_state = state;
    path.state = DeviceState::running;
    paths.push_back(path);
  }
  void add_map(const std::string& name) {
    CurrentMap map;
    map.name = name;
    map.uuid = "mpath-3600";
    map.number = {253, 3};
    map.size_sectors = 2048;
    map.table.features = {"queue_if_no_path"};
    TableGroup group;
    GroupStatusLine status;
    std::uint32_t failures = 0;
    for (const Path& path : paths) {
      TablePath member;
      member.number = path.number;
      group.paths.push_back(member);
      status.paths.push_back(
          {path.number,
           path.checker_state == CheckerState::ready ? PathDmState::active : PathDmState::failed,
           failures++});
    }
    map.table.groups = {group};
    map.status = MultipathStatus{};
    map.status->groups = {status};
    maps.push_back(map);
  }
  void add_action(Verb verb, const std::string& name) {
    Action action{.verb = verb,
                  .desired = {.wwid = *Wwid::from_text("3601"),
                              .name = name,
                              .features = {},
                              .hardware_handler = {},
                              .selector_arguments = {},
                              .groups = {}},
                  .current = std::nullopt,
                  .reason = "why"};
    plan.actions.push_back(action);
  }
  std::string text() const { return render_metrics({paths, maps, plan, findings}); }
};

bool has_line(const std::string& text, const std::string& line) {
  return ("\n" + text).find("\n" + line + "\n") != std::string::npos;
}

}  // namespace

TEST_CASE("the check of Prometheus' format finds errors") {
  const std::string head = "# HELP a b\n# TYPE a gauge\n";
  for (const std::string& text :
       {std::string(), std::string("a 1"), std::string("a 1\n"), head + "b 1\n", head + "a x\n",
        head + "a{b=1} 1\n", head + "a{b=\"\\x\"} 1\n", head + "a{b=\"c\",} 1\n",
        head + "a{b=\"c\",b=\"d\"} 1\n", head + "a 1\na 1\n", head + head, head + "a  1\n",
        head + "a{b=\"c\"d=\"e\"} 1\n", std::string("# HELP a_total b\n# TYPE a_total gauge\n"),
        std::string("# HELP a b\n# TYPE a counter\n"), std::string("# EOF\n"), head + "\n"}) {
    CAPTURE(text);
    CHECK(FormatCheck::check(text));
  }
  CHECK(FormatCheck::check(head + "a 1\n") == std::nullopt);
  CHECK(FormatCheck::check(head + "a{b=\"c\\\\\\\"\\n,}\",d=\"\"} 1\n") == std::nullopt);
}

TEST_CASE("metrics are Prometheus' text, of an empty host and of a full one") {
  World world;
  CHECK(FormatCheck::check(world.text()) == std::nullopt);
  world.add_path("sda", 0, CheckerState::ready);
  world.add_path("sdb", 16, CheckerState::faulty);
  world.add_map("mpatha");
  world.add_action(Verb::create, "mpathb");
  CHECK(FormatCheck::check(world.text()) == std::nullopt);
}

TEST_CASE("metrics are valid for any device name") {
  for (const char* bytes : {"\"", "\\", "a\nb", "\xff\xfe", "}", "{x=\"y\"} 1", "\x1b[1m", "\\n"}) {
    World world;
    world.add_path("sda", 0, CheckerState::ready);
    world.paths[0].vendor = bytes;
    world.paths[0].product = bytes;
    world.paths[0].revision = bytes;
    world.add_map(bytes);
    world.add_action(Verb::reload, bytes);
    CAPTURE(bytes);
    CHECK(FormatCheck::check(world.text()) == std::nullopt);
  }
}

TEST_CASE("paths are counted by state, and each is described") {
  World world;
  world.add_path("sda", 0, CheckerState::ready);
  world.add_path("sdb", 16, CheckerState::ready);
  world.add_path("sdc", 32, CheckerState::faulty);
  world.add_map("mpatha");
  const std::string text = world.text();
  CHECK(has_line(text, R"(multipath_paths{state="ready"} 2)"));
  CHECK(has_line(text, R"(multipath_paths{state="faulty"} 1)"));
  CHECK(has_line(text, R"(multipath_paths{state="ghost"} 0)"));
  CHECK(has_line(text, R"(multipath_path_ready{device="sdc",map="mpatha"} 0)"));
  CHECK(has_line(text, R"(multipath_path_failures_total{device="sdc",map="mpatha"} 2)"));
  CHECK(has_line(text,
                 R"(multipath_path_info{device="sda",address="1:0:0:0",map="mpatha",wwid="3600",)"
                 R"(vendor="PURE",product="FlashArray",revision="",state="ready",)"
                 R"(device_state="running"} 1)"));
}

TEST_CASE("an excluded disk is not counted") {
  World world;
  world.add_path("sda", 0, CheckerState::ready);
  world.paths[0].excluded = true;
  CHECK(world.text().find("sda") == std::string::npos);
}

TEST_CASE("a map has its size, paths, queueing and suspension") {
  World world;
  world.add_path("sda", 0, CheckerState::ready);
  world.add_path("sdb", 16, CheckerState::faulty);
  world.add_map("mpatha");
  world.maps[0].suspended = true;
  const std::string text = world.text();
  for (const char* line :
       {"multipath_maps 1", R"(multipath_map_info{map="mpatha",wwid="3600",device="dm-3"} 1)",
        R"(multipath_map_size_bytes{map="mpatha"} 1048576)",
        R"(multipath_map_paths{map="mpatha"} 2)",
        R"(multipath_map_paths_by_state{map="mpatha",state="active"} 1)",
        R"(multipath_map_paths_by_state{map="mpatha",state="failed"} 1)",
        R"(multipath_map_queueing{map="mpatha"} 1)",
        R"(multipath_map_suspended{map="mpatha"} 1)"}) {
    CAPTURE(line);
    CHECK(has_line(text, line));
  }
}

TEST_CASE("drift counts the actions of a plan, in total and by map") {
  World world;
  world.add_action(Verb::nothing, "mpatha");
  world.add_action(Verb::reload, "mpathb");
  world.findings.push_back({Finding::Severity::warning, "sda", "x"});
  const std::string text = world.text();
  CHECK(has_line(text, R"(multipath_plan_actions{action="nothing"} 1)"));
  CHECK(has_line(text, R"(multipath_plan_actions{action="reload"} 1)"));
  CHECK(has_line(text, R"(multipath_plan_actions{action="create"} 0)"));
  CHECK(has_line(text, R"(multipath_map_drift{map="mpathb",wwid="3601",action="reload"} 1)"));
  CHECK(text.find(R"(drift{map="mpatha")") == std::string::npos);
  CHECK(has_line(text, R"(multipath_findings{severity="warning"} 1)"));
}
