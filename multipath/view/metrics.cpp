#include "multipath/view/metrics.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "multipath/model/member_index.h"
#include "multipath/model/saturation.h"
#include "multipath/view/text.h"

namespace multipath {
namespace {

using Labels = std::vector<std::pair<std::string_view, std::string>>;

/// Escapes a label value. The format allows neither control bytes nor invalid UTF-8.
std::string escaped(std::string_view bytes) {
  std::string text;
  for (const char byte : printable(bytes)) {
    if (byte == '\\' || byte == '"') text += '\\';
    text += byte;
  }
  return text;
}

/// The samples of one metric, which the format requires to be contiguous.
class Family {
 public:
  Family(std::string name, std::string_view type, std::string_view help)
      : name_(std::move(name)),
        text_(fmt::format("# HELP {0} {1}\n# TYPE {0} {2}\n", name_, help, type)) {}

  void add(const Labels& labels, std::uint64_t value) {
    text_ += name_;
    for (std::size_t i = 0; i < labels.size(); ++i) {
      text_ += fmt::format("{}{}=\"{}\"", i == 0 ? '{' : ',', labels[i].first,
                           escaped(labels[i].second));
    }
    text_ += fmt::format("{} {}\n", labels.empty() ? "" : "}", value);
  }

  const std::string& text() const { return text_; }

 private:
  std::string name_;
  std::string text_;
};

constexpr std::array checker_states{
    CheckerState::undef,   CheckerState::ready,   CheckerState::faulty,
    CheckerState::shaky,   CheckerState::ghost,   CheckerState::pending,
    CheckerState::timeout, CheckerState::delayed, CheckerState::disconnected};
constexpr std::array dm_states{PathDmState::undef, PathDmState::active, PathDmState::failed};
constexpr std::array verbs_of_plan{Verb::nothing, Verb::create, Verb::reload,
                                   Verb::resize,  Verb::rename, Verb::refuse};
constexpr std::array severities{std::pair{Finding::Severity::error, "error"},
                                std::pair{Finding::Severity::warning, "warning"},
                                std::pair{Finding::Severity::note, "note"}};

template <class Range, class Predicate>
std::uint64_t count_if(const Range& range, Predicate predicate) {
  return static_cast<std::uint64_t>(std::ranges::count_if(range, predicate));
}

std::string wwid_text(const CurrentMap& map) {
  const auto wwid = wwid_of_map_uuid(map.uuid);
  return wwid ? wwid->text() : "";
}

/// Calls `use` with each path in the map's status.
template <class Use>
void each_status(const CurrentMap& map, Use use) {
  if (!map.status) return;
  for (const GroupStatusLine& group : map.status->groups)
    for (const PathStatus& path : group.paths) use(path);
}

std::size_t paths_in(const CurrentMap& map) {
  std::size_t count = 0;
  for (const TableGroup& group : map.table.groups) count += group.paths.size();
  return count;
}

/// The paths that are or can be in a map: no local disks or controllers.
std::vector<Path> counted_paths(const Measured& measured) {
  std::vector<Path> paths;
  std::ranges::copy_if(measured.paths, std::back_inserter(paths),
                       [](const Path& path) { return !path.excluded; });
  return paths;
}

std::string paths_text(std::span<const Path> paths, std::span<const CurrentMap> maps) {
  Family states("multipath_paths", "gauge", "Paths of the host, by checker state.");
  for (const CheckerState state : checker_states) {
    states.add({{"state", to_string(state)}},
               count_if(paths, [&](const Path& path) { return path.checker_state == state; }));
  }
  const MemberIndex members(maps);
  Family about("multipath_path_info", "gauge", "Properties of a path; always 1.");
  Family ready("multipath_path_ready", "gauge",
               "1 if the checker reports a path as ready, else 0.");
  for (const Path& path : paths) {
    const CurrentMap* its_map = members.find(path.number).map;
    const std::string map = its_map == nullptr ? "" : its_map->name;
    about.add({{"device", path.kname},
               {"address", to_string(path.address)},
               {"map", map},
               {"wwid", path.wwid ? path.wwid->text() : ""},
               {"vendor", path.vendor},
               {"product", path.product},
               {"revision", path.revision},
               {"state", to_string(path.checker_state)},
               {"device_state", to_string(path.state)}},
              1);
    ready.add({{"device", path.kname}, {"map", map}},
              path.checker_state == CheckerState::ready ? 1 : 0);
  }
  return states.text() + about.text() + ready.text();
}

std::string failures_text(std::span<const Path> paths, std::span<const CurrentMap> maps) {
  Family failures("multipath_path_failures_total", "counter",
                  "Failures of a path that the kernel counted since its map's table was loaded.");
  const PathIndex known(paths);
  for (const CurrentMap& map : maps) {
    each_status(map, [&](const PathStatus& status) {
      const Path* path = known.find(status.number);
      failures.add(
          {{"device", path == nullptr ? to_string(status.number) : path->kname}, {"map", map.name}},
          status.fail_count);
    });
  }
  return failures.text();
}

std::string maps_text(std::span<const CurrentMap> maps) {
  Family count("multipath_maps", "gauge", "Multipath maps of the host.");
  count.add({}, maps.size());
  Family about("multipath_map_info", "gauge", "Properties of a map; always 1.");
  Family size("multipath_map_size_bytes", "gauge", "Size of a map.");
  Family paths("multipath_map_paths", "gauge", "Paths in a map's table.");
  Family states("multipath_map_paths_by_state", "gauge", "Paths of a map, by kernel state.");
  Family queueing("multipath_map_queueing", "gauge",
                  "1 if a map queues I/O while no path is usable, else 0.");
  Family suspended("multipath_map_suspended", "gauge", "1 if a map is suspended, else 0.");
  for (const CurrentMap& map : maps) {
    const Labels label{{"map", map.name}};
    about.add({{"map", map.name},
               {"wwid", wwid_text(map)},
               {"device", fmt::format("dm-{}", map.number.minor)}},
              1);
    size.add(label, bytes_of_sectors(map.size_sectors));
    paths.add(label, paths_in(map));
    for (const PathDmState state : dm_states) {
      std::uint64_t with_state = 0;
      each_status(map, [&](const PathStatus& path) { with_state += path.state == state ? 1 : 0; });
      states.add({{"map", map.name}, {"state", to_string(state)}}, with_state);
    }
    queueing.add(label, queues_if_no_path(map.table) ? 1 : 0);
    suspended.add(label, map.suspended ? 1 : 0);
  }
  return count.text() + about.text() + size.text() + paths.text() + states.text() +
         queueing.text() + suspended.text();
}

std::string plan_text(const Plan& plan, std::span<const Finding> findings) {
  Family actions("multipath_plan_actions", "gauge",
                 "Actions that a run would take; all except nothing are drift.");
  for (const Verb verb : verbs_of_plan) {
    actions.add({{"action", to_string(verb)}},
                count_if(plan.actions, [&](const Action& action) { return action.verb == verb; }));
  }
  Family drift("multipath_map_drift", "gauge",
               "Action of a run that would change a map; always 1.");
  for (const Action& action : plan.actions) {
    if (action.verb == Verb::nothing) continue;
    drift.add({{"map", action.current ? action.current->name : action.desired.name},
               {"wwid", action.desired.wwid.text()},
               {"action", to_string(action.verb)}},
              1);
  }
  Family by_severity("multipath_findings", "gauge", "Findings of a run, by severity.");
  for (const auto& [severity, word] : severities) {
    by_severity.add({{"severity", word}},
                    count_if(findings, [wanted = severity](const Finding& finding) {
                      return finding.severity == wanted;
                    }));
  }
  return actions.text() + drift.text() + by_severity.text();
}

}  // namespace

std::string render_metrics(const Measured& measured) {
  const std::vector<Path> paths = counted_paths(measured);
  return paths_text(paths, measured.maps) + failures_text(paths, measured.maps) +
         maps_text(measured.maps) + plan_text(measured.plan, measured.findings);
}

}  // namespace multipath
