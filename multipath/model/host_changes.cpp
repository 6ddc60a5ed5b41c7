#include "multipath/model/host_changes.h"

#include <algorithm>
#include <array>
#include <functional>
#include <set>

#include <fmt/format.h>

#include "multipath/model/natural_order.h"

namespace multipath {
namespace {

using Kind = HostChange::Kind;
using Subject = HostChange::Subject;

std::string or_none(const std::string& text) { return text.empty() ? "none" : text; }

template <typename T>
struct Field {
  const char* what;
  std::string (*value)(const T&);
};

constexpr std::array path_fields{
    Field<Path>{"WWID",
                [](const Path& p) { return p.wwid ? p.wwid->text() : std::string("none"); }},
    Field<Path>{"number", [](const Path& p) { return to_string(p.number); }},
    Field<Path>{"address", [](const Path& p) { return to_string(p.address); }},
    Field<Path>{"hardware", [](const Path& p) { return p.vendor + "," + p.product; }},
    Field<Path>{"revision", [](const Path& p) { return or_none(p.revision); }},
    Field<Path>{"sectors", [](const Path& p) { return std::to_string(p.size_sectors); }},
    Field<Path>{"access", [](const Path& p) { return std::string(p.read_only ? "ro" : "rw"); }},
    Field<Path>{"device state", [](const Path& p) { return to_string(p.state); }},
    Field<Path>{"checker state", [](const Path& p) { return to_string(p.checker_state); }},
    Field<Path>{"priority",
                [](const Path& p) { return p.priority ? std::to_string(*p.priority) : "none"; }},
    Field<Path>{"hardware handler", [](const Path& p) { return or_none(hardware_handler_of(p)); }},
    Field<Path>{"trouble", [](const Path& p) { return or_none(p.trouble); }},
};

std::string failed_paths(const CurrentMap& map) {
  std::string text;
  if (!map.status) return "unknown";
  for (const GroupStatusLine& group : map.status->groups) {
    for (const PathStatus& path : group.paths) {
      if (path.state == PathDmState::failed)
        text += (text.empty() ? "" : " ") + to_string(path.number);
    }
  }
  return or_none(text);
}

constexpr std::array map_fields{
    Field<CurrentMap>{"name", [](const CurrentMap& m) { return m.name; }},
    Field<CurrentMap>{"number", [](const CurrentMap& m) { return to_string(m.number); }},
    Field<CurrentMap>{"sectors",
                      [](const CurrentMap& m) { return std::to_string(m.size_sectors); }},
    Field<CurrentMap>{"access",
                      [](const CurrentMap& m) { return std::string(m.read_only ? "ro" : "rw"); }},
    Field<CurrentMap>{"state",
                      [](const CurrentMap& m) {
                        return std::string(m.suspended         ? "suspended"
                                           : !m.has_live_table ? "without a table"
                                                               : "active");
                      }},
    Field<CurrentMap>{"table", [](const CurrentMap& m) { return format(m.table); }},
    Field<CurrentMap>{"failed paths", failed_paths},
};

template <typename T>
using ByName = std::map<std::string, const T*, NaturalLess>;

template <typename T, typename Name, std::size_t N>
void compare(Subject subject, const std::vector<T>& before, const std::vector<T>& after,
             const Name& key, const std::function<std::string(const T&)>& name,
             const std::function<std::string(const T&)>& summary,
             const std::array<Field<T>, N>& fields, std::vector<HostChange>& changes) {
  ByName<T> was, is;
  for (const T& item : before) was.emplace(key(item), &item);
  for (const T& item : after) is.emplace(key(item), &item);
  std::set<std::string, NaturalLess> keys;
  for (const auto* side : {&was, &is})
    for (const auto& [k, item] : *side) keys.insert(k);
  for (const std::string& k : keys) {
    const auto old = was.find(k), now = is.find(k);
    if (old == was.end()) {
      changes.push_back({subject, Kind::added, name(*now->second), "", "", summary(*now->second)});
    } else if (now == is.end()) {
      changes.push_back(
          {subject, Kind::removed, name(*old->second), "", summary(*old->second), ""});
    } else {
      for (const Field<T>& field : fields) {
        std::string from = field.value(*old->second), to = field.value(*now->second);
        if (from != to) {
          changes.push_back({subject, Kind::changed, name(*now->second), field.what,
                             std::move(from), std::move(to)});
        }
      }
    }
  }
}

std::string path_summary(const Path& path) {
  return fmt::format("{} {} {} {},{}", to_string(path.address), to_string(path.number),
                     path.wwid ? path.wwid->text() : "(no WWID)", path.vendor, path.product);
}

using Settings = std::multimap<std::string, std::string>;

std::multiset<std::string> values_of(const Settings& settings, const std::string& name) {
  std::multiset<std::string> values;
  const auto [first, last] = settings.equal_range(name);
  for (auto it = first; it != last; ++it) values.insert(it->second);
  return values;
}

std::vector<std::string> only_in(const std::multiset<std::string>& one,
                                 const std::multiset<std::string>& other) {
  std::vector<std::string> values;
  std::ranges::set_difference(one, other, std::back_inserter(values));
  return values;
}

void compare_settings(const Settings& before, const Settings& after,
                      std::vector<HostChange>& changes) {
  std::set<std::string> names;
  for (const auto* side : {&before, &after})
    for (const auto& [name, value] : *side) names.insert(name);
  for (const std::string& name : names) {
    const auto was = values_of(before, name), is = values_of(after, name);
    const auto gone = only_in(was, is), come = only_in(is, was);
    if (gone.size() == 1 && come.size() == 1) {
      changes.push_back(
          {Subject::configuration, Kind::changed, name, "value", gone.front(), come.front()});
      continue;
    }
    for (const std::string& value : gone)
      changes.push_back({Subject::configuration, Kind::removed, name, "", value, ""});
    for (const std::string& value : come)
      changes.push_back({Subject::configuration, Kind::added, name, "", "", value});
  }
}

}  // namespace

std::string to_string(HostChange::Subject subject) {
  switch (subject) {
    case Subject::path:
      return "path";
    case Subject::map:
      return "map";
    case Subject::configuration:
      break;
  }
  return "configuration";
}

std::string to_string(HostChange::Kind kind) {
  switch (kind) {
    case Kind::added:
      return "added";
    case Kind::removed:
      return "removed";
    case Kind::changed:
      break;
  }
  return "changed";
}

std::vector<HostChange> changes_between(const HostState& before, const HostState& after) {
  std::vector<HostChange> changes;
  const auto kname = [](const Path& path) { return path.kname; };
  compare<Path>(Subject::path, before.paths, after.paths, kname, kname, path_summary, path_fields,
                changes);
  compare<CurrentMap>(
      Subject::map, before.maps, after.maps, [](const CurrentMap& map) { return map.uuid; },
      [](const CurrentMap& map) { return map.name; },
      [](const CurrentMap& map) { return fmt::format("{} {}", map.uuid, format(map.table)); },
      map_fields, changes);
  compare_settings(before.configuration, after.configuration, changes);
  return changes;
}

}  // namespace multipath
