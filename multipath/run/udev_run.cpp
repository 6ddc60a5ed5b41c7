#include "multipath/run/udev_run.h"

#include <utility>

#include <fmt/format.h>

#include "multipath/host/current_maps.h"

namespace multipath {

std::optional<CurrentMap> multipath_map_of(const Host& host, dm::Description description) {
  std::vector<Finding> findings;
  if (!description.uuid.starts_with(map_uuid_prefix)) {
    const std::string slaves = "dev/block/" + to_string(description.number) + "/slaves";
    const auto below = host.sys.list(slaves);
    if (!below || below->empty()) return std::nullopt;
    const auto number = number_of_kname(host.sys, below->front());
    auto map = number ? host.device_mapper.describe(*number) : std::nullopt;
    if (!map) return std::nullopt;
    description = std::move(*map);
  }
  return read_map(host.device_mapper, description, findings);
}

ForgottenPvs forget_pvs(Host& host, DeviceNumber device, ForgetOn on) {
  StateFiles& files = *host.state_files;
  PathsBelow below =
      on == ForgetOn::device ? PathsBelow{{device}, std::nullopt} : paths_below(host.sys, device);
  ForgottenPvs forgotten{{}, std::move(below.volume)};
  if (forgotten.active_volume) return forgotten;
  std::vector<OnlinePv> online;
  for (const std::string& file : files.list(pvs_online_directory)) {
    const auto text = files.read(fmt::format("{}/{}", pvs_online_directory, file));
    if (auto pv = text ? parse_online_pv(file, *text) : std::nullopt)
      online.push_back(std::move(*pv));
  }
  forgotten.pvs = seen_on(host.sys, online, below.devices);
  for (const OnlinePv& pv : forgotten.pvs) {
    files.remove(fmt::format("{}/{}", pvs_online_directory, pv.file));
    if (pv.group) files.remove(fmt::format("{}/{}", vgs_online_directory, *pv.group));
  }
  return forgotten;
}

}  // namespace multipath
