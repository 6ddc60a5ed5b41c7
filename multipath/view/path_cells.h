#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "multipath/model/path.h"

namespace multipath {

// Cells of the columns that the listing of maps and the list of paths share.

/// "3:0:1:0"; "#:#:#:#" if unknown.
std::string address_cell(const std::optional<ScsiAddress>& address);

/// One of the three words that scripts expect: "running", "offline", "unknown".
std::string device_state_cell(DeviceState state);

/// "VENDOR,PRODUCT"; "##" for an unknown part.
std::string hardware_cell(std::string_view vendor, std::string_view product);

}  // namespace multipath
