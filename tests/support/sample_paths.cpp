#include "tests/support/sample_paths.h"

#include <stdexcept>

#include "multipath/host/absent_ports.h"
#include "multipath/host/current_maps.h"
#include "tests/support/fake_host.h"

namespace tests {

using namespace multipath;

Path sample_path(int index, int unit) {
  Path path;
  path.kname = std::string("sd") + static_cast<char>('a' + index);
  path.number = sd_number(path.kname);
  path.address = {.host = static_cast<std::uint32_t>(index + 1),
                  .channel = 0,
                  .target = 0,
                  .lun = static_cast<std::uint64_t>(unit)};
  path.size_sectors = 2048;
  path.state = DeviceState::running;
  path.vendor = "Linux";
  path.product = "scsi_debug";
  path.wwid = wwid_of_unit(unit);
  path.identity_source = IdentitySource::page_83;
  path.checker_state = CheckerState::ready;
  path.priority = 1;
  path.answered = true;
  return path;
}

std::vector<Path> sample_paths(int first, int count, int unit) {
  std::vector<Path> paths;
  for (int index = first; index < first + count; ++index) paths.push_back(sample_path(index, unit));
  return paths;
}

Plan plan_for(std::span<const Path> paths, dm::DeviceMapper& device_mapper,
              const PlanningOptions& planning_options) {
  std::vector<Finding> findings;
  std::vector<TakenName> taken;
  for (const dm::Description& device : read_all_devices(device_mapper, findings))
    taken.push_back({device.name, device.uuid});
  return make_plan(paths, read_maps(device_mapper, findings), taken, planning_options);
}

std::vector<Outcome> apply_plan(const Plan& plan, dm::DeviceMapper& device_mapper,
                                const Progress& progress) {
  MemoryTree sys;
  for (const Action& action : plan.actions) {
    for (const PathGroup& group : action.desired.groups) {
      for (const Path& path : group.paths) {
        sys.file("class/block/" + path.kname + "/dev", to_string(path.number) + "\n");
        sys.file("class/block/" + path.kname + "/device/state", "running\n");
      }
    }
  }
  return apply(plan, device_mapper, progress, {.sys = sys, .sys_writer = absent_sys_writer()});
}

CurrentMap current_map(dm::DeviceMapper& device_mapper, const std::string& name) {
  std::vector<Finding> findings;
  for (CurrentMap& map : read_maps(device_mapper, findings)) {
    if (map.name == name) return std::move(map);
  }
  throw std::out_of_range("no map " + name);
}

}  // namespace tests
