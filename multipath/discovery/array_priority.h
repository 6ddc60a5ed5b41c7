#pragma once

#include "multipath/discovery/prioritizer.h"

namespace multipath {

// Priorities by vendor commands and vendor pages of arrays: see prioritize().
Prioritized rdac_priority(scsi::LogicalUnit& unit, std::chrono::milliseconds limit);
Prioritized emc_priority(scsi::LogicalUnit& unit, std::chrono::milliseconds limit);
Prioritized hp_sw_priority(scsi::LogicalUnit& unit, std::chrono::milliseconds limit);
Prioritized ontap_priority(scsi::LogicalUnit& unit, std::chrono::milliseconds limit);
Prioritized hds_priority(scsi::LogicalUnit& unit, std::chrono::milliseconds limit);

}  // namespace multipath
