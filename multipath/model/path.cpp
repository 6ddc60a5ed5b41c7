#include "multipath/model/path.h"

#include <algorithm>
#include <string_view>

#include "multipath/model/names.h"
#include "multipath/model/natural_order.h"

namespace multipath {
namespace {

constexpr auto device_states = names_of<DeviceState>({
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
});

constexpr auto checker_states = names_of<CheckerState>({
    {CheckerState::undef, "undef"},
    {CheckerState::ready, "ready"},
    {CheckerState::faulty, "faulty"},
    {CheckerState::shaky, "shaky"},
    {CheckerState::ghost, "ghost"},
    {CheckerState::pending, "i/o pending"},
    {CheckerState::timeout, "i/o timeout"},
    {CheckerState::delayed, "delayed"},
    {CheckerState::disconnected, "disconnected"},
});

constexpr auto identity_sources = names_of<IdentitySource>({
    {IdentitySource::none, "none"},
    {IdentitySource::page_83, "page 0x83"},
    {IdentitySource::page_80, "page 0x80"},
    {IdentitySource::kernel_cache, "kernel cache"},
    {IdentitySource::map_uuid, "map uuid"},
    {IdentitySource::udev_property, "udev property"},
    {IdentitySource::kernel_name, "kernel name"},
    {IdentitySource::live_map, "live map"},
});

}  // namespace

std::string to_string(DeviceState state) { return device_states.to_string(state); }

DeviceState parse_device_state(std::string_view text) {
  if (text.ends_with('\n')) text.remove_suffix(1);
  return device_states.parse(text).value_or(DeviceState::unknown);
}

bool takes_io(DeviceState state) {
  return state == DeviceState::running || state == DeviceState::live;
}

std::string to_string(CheckerState state) { return checker_states.to_string(state); }

bool works(CheckerState state) {
  return state == CheckerState::ready || state == CheckerState::ghost;
}

std::string to_string(IdentitySource source) { return identity_sources.to_string(source); }

Standing Path::standing() const {
  if (excluded) return Standing::excluded;
  if (!wwid) return Standing::unidentified;
  return answered ? Standing::usable : Standing::silent;
}

scsi::Tpgs tpgs_of(const Path& path) {
  const ScsiPath* scsi = path.scsi();
  return scsi == nullptr ? scsi::Tpgs::none : scsi->tpgs;
}

std::optional<std::uint16_t> port_group_of(const Path& path) {
  const ScsiPath* scsi = path.scsi();
  return scsi == nullptr ? std::nullopt : scsi->port_group;
}

void set_port_group(Path& path, std::optional<std::uint16_t> port_group) {
  if (ScsiPath* scsi = path.scsi()) scsi->port_group = port_group;
}

bool needs_bio(const Path& path) {
  const NvmePath* nvme = path.nvme();
  return nvme != nullptr && nvme->needs_bio;
}

std::string hardware_handler_of(const Path& path) {
  const ScsiPath* scsi = path.scsi();
  return scsi == nullptr ? std::string() : scsi->hardware_handler;
}

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
