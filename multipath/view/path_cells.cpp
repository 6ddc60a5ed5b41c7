#include "multipath/view/path_cells.h"

#include <algorithm>
#include <array>
#include <utility>

#include "multipath/view/text.h"

namespace multipath {
namespace {

constexpr std::array<std::pair<DeviceState, std::string_view>, 17> device_state_words = {{
    {DeviceState::running, "running"},
    {DeviceState::created, "running"},
    {DeviceState::cancel, "offline"},
    {DeviceState::deleted, "offline"},
    {DeviceState::quiesce, "running"},
    {DeviceState::offline, "offline"},
    {DeviceState::transport_offline, "offline"},
    {DeviceState::blocked, "running"},
    {DeviceState::created_blocked, "running"},
    {DeviceState::fresh, "running"},
    {DeviceState::live, "running"},
    {DeviceState::resetting, "running"},
    {DeviceState::connecting, "running"},
    {DeviceState::deleting, "running"},
    {DeviceState::deleting_no_io, "running"},
    {DeviceState::dead, "offline"},
    {DeviceState::unknown, "unknown"},
}};

std::string known(std::string_view text) { return text.empty() ? "##" : printable(text); }

}  // namespace

std::string address_cell(const std::optional<ScsiAddress>& address) {
  return address ? to_string(*address) : "#:#:#:#";
}

std::string device_state_cell(DeviceState state) {
  const auto* found = std::ranges::find(device_state_words, state,
                                        &std::pair<DeviceState, std::string_view>::first);
  return std::string(found == device_state_words.end() ? "unknown" : found->second);
}

std::string hardware_cell(std::string_view vendor, std::string_view product) {
  return known(vendor) + ',' + known(product);
}

}  // namespace multipath
