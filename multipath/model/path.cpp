#include "multipath/model/path.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "multipath/model/natural_order.h"

namespace multipath {
namespace {

template <typename Enum, std::size_t size>
using Names = std::array<std::pair<Enum, std::string_view>, size>;

constexpr Names<DeviceState, 17> device_states = {{
    {DeviceState::running, "running"},
    {DeviceState::created, "created"},
    {DeviceState::cancel, "cancel"},
    {DeviceState::deleted, "deleted"},
    {DeviceState::quiesce, "quiesce"},
    {DeviceState::offline, "offline"},
    {DeviceState::transport_offline, "transport-offline"},
    {DeviceState::blocked, "blocked"},
    {DeviceState::created_blocked, "created-blocked"},
    {DeviceState::fresh, "new"},
    {DeviceState::live, "live"},
    {DeviceState::resetting, "resetting"},
    {DeviceState::connecting, "connecting"},
    {DeviceState::deleting, "deleting"},
    {DeviceState::deleting_no_io, "deleting (no IO)"},
    {DeviceState::dead, "dead"},
    {DeviceState::unknown, "unknown"},
}};

constexpr Names<CheckerState, 9> checker_states = {{
    {CheckerState::undef, "undef"},
    {CheckerState::ready, "ready"},
    {CheckerState::faulty, "faulty"},
    {CheckerState::shaky, "shaky"},
    {CheckerState::ghost, "ghost"},
    {CheckerState::pending, "i/o pending"},
    {CheckerState::timeout, "i/o timeout"},
    {CheckerState::delayed, "delayed"},
    {CheckerState::disconnected, "disconnected"},
}};

constexpr Names<IdentitySource, 8> identity_sources = {{
    {IdentitySource::none, "none"},
    {IdentitySource::page_83, "page 0x83"},
    {IdentitySource::page_80, "page 0x80"},
    {IdentitySource::kernel_cache, "kernel cache"},
    {IdentitySource::map_uuid, "map uuid"},
    {IdentitySource::udev_property, "udev property"},
    {IdentitySource::kernel_name, "kernel name"},
    {IdentitySource::live_map, "live map"},
}};

template <typename Enum, std::size_t size>
std::string name_in(const Names<Enum, size>& names, Enum value) {
  const auto* found = std::ranges::find(names, value, &std::pair<Enum, std::string_view>::first);
  return std::string(found == names.end() ? "unknown" : found->second);
}

}  // namespace

std::string to_string(DeviceState state) { return name_in(device_states, state); }

DeviceState parse_device_state(std::string_view text) {
  if (text.ends_with('\n')) text.remove_suffix(1);
  const auto* found =
      std::ranges::find(device_states, text, &std::pair<DeviceState, std::string_view>::second);
  return found == device_states.end() ? DeviceState::unknown : found->first;
}

bool takes_io(DeviceState state) {
  return state == DeviceState::running || state == DeviceState::live;
}

std::string to_string(CheckerState state) { return name_in(checker_states, state); }

bool works(CheckerState state) {
  return state == CheckerState::ready || state == CheckerState::ghost;
}

std::string to_string(IdentitySource source) { return name_in(identity_sources, source); }

bool comes_first(const Path& path, const Path& other) {
  if (path.udev_order != other.udev_order) return path.udev_order < other.udev_order;
  return NaturalLess{}(path.kname, other.kname);
}

std::vector<Path> in_udev_order(std::vector<Path> paths) {
  std::ranges::stable_sort(paths, comes_first);
  return paths;
}

std::string own_wwid_of(const Path& path) {
  if (path.identity_source != IdentitySource::live_map || !path.name_of_map) return "";
  return path.name_of_map->own ? path.name_of_map->own->text() : "";
}

}  // namespace multipath
