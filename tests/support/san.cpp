#include "tests/support/san.h"

namespace tests {

San::San() {
  add_path("sda", "1:0:0:1", 1);
  add_path("sdb", "2:0:0:1", 1);
  add_path("sdc", "1:0:0:2", 2);
  add_path("sdd", "2:0:0:2", 2);
}

void San::put_map(const std::string& name, int unit, const std::string& parameters) {
  device_mapper.put({name,
                     multipath::map_uuid(wwid_of_unit(unit)),
                     {{0, 2048, "multipath", parameters}},
                     dm::Access::read_write});
  show_maps();
}

void San::put_first() {
  put_map("mpatha", 1, "0 0 2 1 service-time 0 1 1 8:0 1 service-time 0 1 1 8:16 1");
}

void San::put_second() {
  put_map("mpathb", 2, "0 0 2 1 service-time 0 1 1 8:32 1 service-time 0 1 1 8:48 1");
}

void San::put_maps() {
  put_first();
  put_second();
}

std::size_t San::commands_asked() const {
  std::size_t count = 0;
  for (const auto& [node, unit] : scsi.units) count += unit.journal.size();
  return count;
}

}  // namespace tests
