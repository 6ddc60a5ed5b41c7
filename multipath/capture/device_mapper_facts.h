#pragma once

#include "multipath/capture/facts.h"
#include "multipath/host/memory/memory_device_mapper.h"

namespace multipath {

/// dm.txt: "driver = 4.47.0" or, where there is none, "no-driver = ERRNO"; "target/multipath =
/// 1.14.0" for each target type that is there; for each map "map/NAME/" number, uuid, state
/// ("active", "suspended"), access ("rw", "ro"), open, events, table, inactive and status, the last
/// three a target a line as dmsetup prints them: START LENGTH TYPE PARAMETERS.
void note_device_mapper(FactNotes& notes, dm::DeviceMapper& device_mapper);

/// The world that dm.txt tells of. Throws std::runtime_error with the fact that cannot be read.
void put_device_mapper(const Facts& facts, dm::MemoryDeviceMapper& world);

}  // namespace multipath
