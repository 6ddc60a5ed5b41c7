#pragma once

#include <optional>
#include <span>
#include <vector>

#include "multipath/discovery/identify.h"
#include "multipath/host/host.h"
#include "multipath/model/map.h"
#include "multipath/model/path.h"

namespace multipath {

/// Whether a check also reads the first block, for a path whose I/O fails although its checks pass.
enum class ReadBlock : bool { no, yes };

/// Checks one path in the caller's thread: identity, state and priority, as discovery finds them.
/// Waits for the device as long as the device needs; each command has the deadline of the options as
/// its time limit. A device that the kernel does not have running is not asked
/// (state_without_asking). `maps` are the host's, for units that another program named; `table` has
/// the rows of `hardware`. scsi::Transport::prepare() has been called.
///
/// Returns nothing for a device that is gone, or cannot be a path.
std::optional<Path> check_path(const Host& host, std::span<const HardwareEntry> hardware,
                               SharedHardwareTable& table,
                               const DiscoveryOptions& discovery_options,
                               const std::vector<CurrentMap>& maps, DeviceNumber number,
                               ReadBlock read_block = ReadBlock::no);

}  // namespace multipath
