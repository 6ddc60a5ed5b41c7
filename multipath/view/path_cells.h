#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "multipath/model/path.h"

namespace multipath {

/// What stands in the columns that the listing of maps and the list of paths share.

/// "3:0:1:0"; "#:#:#:#" when nothing is known
std::string address_cell(const std::optional<ScsiAddress>& address);

/// DEV_ST has three words only, programs count on it: "running", "offline", "unknown".
std::string device_state_cell(DeviceState state);

/// "VENDOR,PRODUCT"; "##" for either that the device does not say.
std::string hardware_cell(std::string_view vendor, std::string_view product);

}  // namespace multipath
