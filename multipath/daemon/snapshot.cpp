#include "multipath/daemon/snapshot.h"

#include <algorithm>

#include <fmt/format.h>

#include "multipath/command/listed_rows.h"
#include "multipath/discovery/enumerate.h"
#include "multipath/model/member_index.h"
#include "multipath/view/config_text.h"
#include "multipath/view/json_listed.h"
#include "multipath/view/topology_text.h"
#include "multipath/wire/reply.h"

namespace multipath::daemon {
namespace {

using wire::Request;

constexpr std::string_view no_device = "device not found";

constexpr std::string_view paths_format = "%i %d %D %p %t %T %o %C";
constexpr std::string_view maps_format = "%n %d %w";
constexpr std::string_view status_format = "%n %F %Q %N %t %r";
constexpr std::string_view stats_format = "%n %0 %1 %2 %3 %4";

/// A wildcard that multipath-tools does not know prints nothing there.
RowFormat format_of(std::string_view text, std::span<const Wildcard> known) {
  std::string kept;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      kept += text[i];
      continue;
    }
    if (++i == text.size()) break;
    if (text[i] == '%' || std::ranges::find(known, text[i], &Wildcard::letter) != known.end())
      kept.append("%") += text[i];
  }
  return RowFormat::parse(kept, known).value();
}

/// "XXXX...... 8/20": seconds since the last check, of the seconds from it to the next.
std::string next_check(const Snapshot& snapshot, const watch::WatchedPath* path) {
  if (path == nullptr) return "orphan";
  using std::chrono::duration_cast;
  using std::chrono::seconds;
  constexpr std::int64_t width = 10;
  const std::int64_t whole =
      std::max<std::int64_t>(duration_cast<seconds>(path->interval).count(), 1);
  const std::int64_t left = duration_cast<seconds>(path->due - snapshot.now).count();
  const std::int64_t gone = std::clamp<std::int64_t>(whole - left, 0, whole);
  const auto marks = static_cast<std::size_t>(gone * width / whole);
  return fmt::format("{}{} {}/{}", std::string(marks, 'X'), std::string(width - marks, '.'), gone,
                     whole);
}

/// "5 sec" while a countdown runs, "off" when it has run out; else what is configured.
std::string queueing(const Snapshot& snapshot, const std::string& uuid) {
  const watch::WatchedMap* map = snapshot.watch.find_map(uuid);
  if (map == nullptr) return {};
  if (map->queueing_ended || map->queueing_disabled_by_operator) return "off";
  if (!map->queueing_ends) return {};
  const auto left = std::chrono::ceil<std::chrono::seconds>(*map->queueing_ends - snapshot.now);
  return fmt::format("{} sec", std::max<std::int64_t>(left.count(), 0));
}

RowFormat every_path_column() {
  std::string text;
  for (const Wildcard& wildcard : path_wildcards()) text += {'%', wildcard.letter};
  return format_of(text, path_wildcards());
}

std::vector<ListedPath> path_rows(const Snapshot& snapshot, const RowFormat& format) {
  auto rows =
      listed_paths(snapshot.sys, snapshot.configuration, snapshot.paths, snapshot.maps, format);
  for (ListedPath& row : rows)
    row.next_check = next_check(snapshot, snapshot.watch.find_path(row.path.number));
  return rows;
}

/// The daemon applies the setting to existing maps as well.
std::string configured_queueing(const std::optional<NoPathRetry>& retry) {
  if (!retry) return "-";
  if (retry->kind == NoPathRetry::Kind::count) return fmt::format("{} chk", retry->checks);
  return retry->kind == NoPathRetry::Kind::queue ? "on" : "off";
}

std::vector<ListedMap> map_rows(const Snapshot& snapshot, std::span<const CurrentMap> maps) {
  auto rows = listed_maps(snapshot.configuration, maps, snapshot.paths);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    rows[i].history = snapshot.histories.of(snapshot.now, maps[i].uuid);
    rows[i].queueing = queueing(snapshot, maps[i].uuid);
    if (rows[i].queueing.empty()) rows[i].queueing = configured_queueing(rows[i].no_path_retry);
  }
  return rows;
}

std::string paths_in(const Snapshot& snapshot, std::string_view format, Layout layout) {
  const RowFormat row_format = format_of(format, path_wildcards());
  return render_paths(row_format, path_rows(snapshot, row_format), layout);
}

std::string maps_in(const Snapshot& snapshot, std::string_view format, Layout layout) {
  return render_maps(format_of(format, map_wildcards()), map_rows(snapshot, snapshot.maps), layout);
}

std::string topologies(const Snapshot& snapshot, std::span<const CurrentMap> maps) {
  const PathIndex paths(snapshot.paths);
  std::vector<Topology> list;
  for (const CurrentMap& map : maps) list.push_back(topology_of(map, paths));
  return render(list, Style::plain);
}

/// multipath-tools pads the line of one map as a table's, raw or not, without the headings.
std::string map_in(const Snapshot& snapshot, const CurrentMap& map, std::string_view format) {
  const auto rows = map_rows(snapshot, std::span(&map, 1));
  std::string text = render_maps(format_of(format, map_wildcards()), rows, Layout::columns);
  return text.erase(0, text.find('\n') + 1);
}

std::string one_map(const Snapshot& snapshot, const wire::ClientCommand& command) {
  const CurrentMap* map = find_map(snapshot.maps, command.map);
  if (map == nullptr) return wire::fail_reply(no_device);
  switch (command.request) {
    case Request::show_map_topology:
      return topologies(snapshot, std::span(map, 1));
    case Request::show_map_json:
      return json_of_listed_map(map_rows(snapshot, std::span(map, 1)).front(),
                                path_rows(snapshot, every_path_column()));
    default:
      return map_in(snapshot, *map, command.format);
  }
}

std::string one_path(const Snapshot& snapshot, std::string_view name) {
  const Path* path = find_path(snapshot.paths, name);
  if (path == nullptr) return wire::fail_reply(no_device);
  Snapshot alone = snapshot;
  alone.paths = {*path};
  return paths_in(alone, "%o", Layout::raw);
}

std::string wildcards() {
  return "multipath format wildcards:\n" + render_wildcards(map_wildcards()) +
         "\npath format wildcards:\n" + render_wildcards(path_wildcards());
}

std::string local_configuration(const Snapshot& snapshot) {
  ConfigurationView view;
  view.hardware.emplace();
  for (const Path& path : snapshot.paths) view.hardware->push_back(hardware_of(path));
  std::ranges::sort(*view.hardware);
  const auto same = std::ranges::unique(*view.hardware);
  view.hardware->erase(same.begin(), same.end());
  for (const CurrentMap& map : snapshot.maps)
    if (const auto wwid = wwid_of_map_uuid(map.uuid))
      view.units.push_back({wwid->text(), map.name});
  return render(snapshot.configuration, view);
}

/// multipath-tools' word for a checker's result in `show status`.
const char* status_word(CheckerState state) {
  switch (state) {
    case CheckerState::undef:
      return "unchecked";
    case CheckerState::ready:
      return "up";
    case CheckerState::faulty:
    case CheckerState::disconnected:
      return "down";
    case CheckerState::shaky:
      return "shaky";
    case CheckerState::ghost:
      return "ghost";
    case CheckerState::pending:
      return "pending";
    case CheckerState::timeout:
      return "timeout";
    case CheckerState::delayed:
      break;
  }
  return "delayed";
}

std::string status(const Snapshot& snapshot) {
  std::map<std::string, std::size_t> counts;
  for (const auto& [number, path] : snapshot.watch.paths()) ++counts[status_word(path.state)];
  std::string text = "path checker states:\n";
  for (const auto& [word, count] : counts) text += fmt::format("{:<20}{}\n", word, count);
  text += fmt::format("\npaths: {}\nbusy: {}\n", snapshot.watch.paths().size(),
                      snapshot.busy ? "True" : "False");
  return text;
}

}  // namespace

void take_checks(Snapshot& snapshot) {
  for (Path& path : snapshot.paths) {
    const watch::WatchedPath* watched = snapshot.watch.find_path(path.number);
    if (watched == nullptr) {
      path.checker_state = CheckerState::undef;
      path.state = DeviceState::unknown;
      continue;
    }
    path.checker_state = watched->state;
    if (watched->priority) path.priority = watched->priority;
    path.state = state_of_device(snapshot.sys, "dev/block/" + to_string(path.number));
    path.trouble = watched->detail;
  }
}

std::string listing(const Snapshot& snapshot, const wire::ClientCommand& command) {
  switch (command.request) {
    case Request::show_paths:
      return paths_in(snapshot, paths_format, Layout::columns);
    case Request::show_paths_format:
      return paths_in(snapshot, command.format, Layout::columns);
    case Request::show_paths_raw_format:
      return paths_in(snapshot, command.format, Layout::raw);
    case Request::show_path:
      return one_path(snapshot, command.path);
    case Request::show_maps:
      return maps_in(snapshot, maps_format, Layout::columns);
    case Request::show_maps_status:
      return maps_in(snapshot, status_format, Layout::columns);
    case Request::show_maps_stats:
      return maps_in(snapshot, stats_format, Layout::columns);
    case Request::show_maps_format:
      return maps_in(snapshot, command.format, Layout::columns);
    case Request::show_maps_raw_format:
      return maps_in(snapshot, command.format, Layout::raw);
    case Request::show_maps_json:
      return json_of_listed_maps(map_rows(snapshot, snapshot.maps),
                                 path_rows(snapshot, every_path_column()));
    case Request::show_topology:
    case Request::show_maps_topology:
      return topologies(snapshot, snapshot.maps);
    case Request::show_map_topology:
    case Request::show_map_format:
    case Request::show_map_raw_format:
    case Request::show_map_json:
      return one_map(snapshot, command);
    case Request::show_status:
      return status(snapshot);
    case Request::show_wildcards:
      return wildcards();
    case Request::show_config:
      return render(snapshot.configuration, ConfigurationView{});
    case Request::show_config_local:
      return local_configuration(snapshot);
    default:
      return wire::fail_reply("this daemon does not have this command yet");
  }
}

const CurrentMap* find_map(const std::vector<CurrentMap>& maps, std::string_view name) {
  const auto names = [&](const CurrentMap& map) {
    return map.name == name || fmt::format("dm-{}", map.number.minor) == name ||
           (map.uuid.starts_with(map_uuid_prefix) &&
            map.uuid.substr(map_uuid_prefix.size()) == name);
  };
  const auto found = std::ranges::find_if(maps, names);
  return found == maps.end() ? nullptr : &*found;
}

const Path* find_path(const std::vector<Path>& paths, std::string_view name) {
  const auto found = std::ranges::find_if(paths, [&](const Path& path) {
    return path.kname == name || to_string(path.number) == name;
  });
  return found == paths.end() ? nullptr : &*found;
}

}  // namespace multipath::daemon
