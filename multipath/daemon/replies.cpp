// What clients' commands get: the rest of the class Daemon.
#include <algorithm>

#include <fmt/format.h>

#include "multipath/daemon/daemon.h"
#include "multipath/model/number_text.h"
#include "multipath/wire/reply.h"

namespace multipath::daemon {
namespace {

using wire::Request;
using Kind = watch::Order::Kind;

std::string ok() { return std::string(wire::ok_reply); }

}  // namespace

Snapshot Daemon::snapshot(watch::Instant now) const {
  Snapshot snapshot{.sys = host_.sys,
                    .configuration = configuration_,
                    .watch = watch_,
                    .histories = histories_,
                    .now = now,
                    .maps = maps_.listed(),
                    .paths = {},
                    .busy = surveys_.due || surveys_.running_since};
  for (const auto& [number, path] : paths_) snapshot.paths.push_back(path);
  snapshot.paths = in_udev_order(std::move(snapshot.paths));
  take_checks(snapshot);
  return snapshot;
}

std::string Daemon::reply_to(watch::Instant now, std::uint32_t user, std::string_view command) {
  const auto parsed = wire::parse_client_command(command);
  if (!parsed) return wire::help_reply(parsed.error(), command);
  if (wire::requires_root(parsed->request) && user != 0) return std::string(wire::permission_reply);
  try {
    std::string text = reply(now, *parsed);
    return text.empty() ? ok() : text;
  } catch (const std::exception& error) {
    journal_.error("multipathd", fmt::format("cannot answer '{}': {}", command, error.what()));
    return wire::fail_reply(error.what());
  }
}

std::string Daemon::reply(watch::Instant now, const wire::ClientCommand& command) {
  switch (command.request) {
    case Request::show_daemon:
      return fmt::format("pid {} {}\n", process_, state_word());
    case Request::shutdown:
      stop();
      return ok();
    case Request::reconfigure:
    case Request::reconfigure_all:
      reconfigure(command.request == Request::reconfigure_all);
      return ok();
    case Request::quit:
      return ok();
    case Request::fail_path:
      return order_path(now, Kind::fail_path, command.path);
    case Request::reinstate_path:
      return order_path(now, Kind::reinstate_path, command.path);
    case Request::switch_group: {
      const auto group = parse_number<std::size_t>(command.group);
      if (!group) return wire::fail_reply("a group is a number from 1");
      return order_map(now, {.kind = Kind::switch_group, .group = *group}, command.map);
    }
    case Request::disable_queueing_of_map:
      return order_map(now, {.kind = Kind::disable_queueing}, command.map);
    case Request::restore_queueing_of_map:
      return order_map(now, {.kind = Kind::restore_queueing}, command.map);
    case Request::disable_queueing_of_maps:
      return order_all(now, Kind::disable_queueing);
    case Request::restore_queueing_of_maps:
      return order_all(now, Kind::restore_queueing);
    case Request::reset_stats_of_maps:
      histories_.reset_all(now);
      return ok();
    case Request::reset_stats_of_map: {
      const std::vector<CurrentMap> maps = maps_.listed();
      const CurrentMap* map = find_map(maps, command.map);
      const bool known = map != nullptr && histories_.reset(now, map->uuid);
      return known ? ok() : wire::fail_reply("device not found");
    }
    default:
      return listing(snapshot(now), command);
  }
}

std::string Daemon::order_path(watch::Instant now, Kind kind, std::string_view path) {
  for (const auto& [number, watched] : watch_.paths()) {
    if (watched.kname != path && to_string(number) != path) continue;
    return give(now, {.kind = kind, .uuid = watched.uuid, .number = number});
  }
  return wire::fail_reply("device not found");
}

std::string Daemon::order_map(watch::Instant now, watch::Order order, std::string_view name) {
  const std::vector<CurrentMap> maps = maps_.listed();
  const CurrentMap* map = find_map(maps, name);
  if (map == nullptr || watch_.find_map(map->uuid) == nullptr)
    return wire::fail_reply("device not found");
  order.uuid = map->uuid;
  if (order.kind == Kind::switch_group &&
      (order.group == 0 || order.group > map->table.groups.size()))
    return wire::fail_reply(
        fmt::format("{} has the groups 1 to {}", map->name, map->table.groups.size()));
  return give(now, order);
}

std::string Daemon::order_all(watch::Instant now, Kind kind) {
  std::string failures;
  for (const CurrentMap& map : maps_.listed()) {
    if (watch_.find_map(map.uuid) == nullptr) continue;
    const std::string reply = give(now, {.kind = kind, .uuid = map.uuid});
    if (reply != wire::ok_reply) failures = reply;
  }
  return failures.empty() ? ok() : failures;
}

std::string Daemon::give(watch::Instant now, const watch::Order& order) {
  if (mode_ == Mode::observe)
    return wire::fail_reply("this daemon only observes; it was started with --observe");
  refusal_.reset();
  step(now, order);
  return refusal_ ? wire::fail_reply(*refusal_) : ok();
}

}  // namespace multipath::daemon
