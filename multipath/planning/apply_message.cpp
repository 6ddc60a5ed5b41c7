#include "multipath/planning/apply_message.h"

#include <cerrno>
#include <optional>
#include <system_error>

#include <fmt/format.h>

#include "multipath/host/device_mapper.h"
#include "multipath/model/multipath_status.h"
#include "multipath/model/multipath_table.h"

namespace multipath {
namespace {

[[noreturn]] void throw_no_effect(const CurrentMap& map, const std::string& what) {
  throw std::system_error(EAGAIN, std::generic_category(),
                          fmt::format("map {} accepted the message, but {}", map.name, what));
}

std::optional<PathDmState> state_of(dm::DeviceMapper& device_mapper, const CurrentMap& map,
                                    DeviceNumber path) {
  const auto status = device_mapper.status(map.name);
  if (!status || status->size() != 1) return std::nullopt;
  const auto parsed = parse_multipath_status(status->front().parameters);
  if (!parsed) return std::nullopt;
  for (const GroupStatusLine& group : parsed->groups) {
    for (const PathStatus& member : group.paths) {
      if (member.number == path) return member.state;
    }
  }
  return std::nullopt;
}

}  // namespace

void switch_group(dm::DeviceMapper& device_mapper, const CurrentMap& map, std::uint32_t group) {
  // Nothing to verify: dm-mpath switches with the next I/O.
  device_mapper.message(map.name, 0, "switch_group " + std::to_string(group));
}

void set_queueing(dm::DeviceMapper& device_mapper, const CurrentMap& map, Queueing queueing) {
  const bool on = queueing == Queueing::on;
  device_mapper.message(map.name, 0, on ? "queue_if_no_path" : "fail_if_no_path");
  const auto table = device_mapper.table(map.name);
  const auto parsed = table && table->size() == 1
                          ? parse_multipath_table(table->front().parameters)
                          : tl::expected<MultipathTable, Malformed>(tl::unexpected(Malformed{}));
  if (!parsed) throw_no_effect(map, "its table cannot be read back");
  if (queues_if_no_path(*parsed) != on)
    throw_no_effect(map, on ? "its table does not queue" : "its table still queues");
}

void set_path(dm::DeviceMapper& device_mapper, const CurrentMap& map, DeviceNumber path,
              PathUse use) {
  const bool fails = use == PathUse::fail;
  device_mapper.message(map.name, 0, (fails ? "fail_path " : "reinstate_path ") + to_string(path));
  const auto state = state_of(device_mapper, map, path);
  if (!state)
    throw_no_effect(map, fmt::format("the state of path {} cannot be read back", to_string(path)));
  if ((*state == PathDmState::failed) != fails)
    throw_no_effect(map, fmt::format("path {} is {}", to_string(path),
                                     fails ? "in use again" : "failed again"));
}

}  // namespace multipath
