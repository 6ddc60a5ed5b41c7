#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace multipath {

// Names of maps, as device-mapper and libdevmapper take them.

/// The name in libdevmapper's form (DM_NAME_MANGLING auto): what is not of [A-Za-z0-9#+-.:=@_] as
/// "\xNN". A name that has such sequences already, and nothing else to replace, stays as it is.
std::string mangled_name(std::string_view name);

/// Do both mean the same map, whoever mangled which?
bool is_same_name(std::string_view left, std::string_view right);

/// Why no map can have that name, in words that go on after it ("is device-mapper's own node"):
/// empty, "control", "." and "..", with a slash, with a byte 0, partly mangled, or longer than
/// device-mapper takes (DM_NAME_LEN in include/uapi/linux/dm-ioctl.h: 127 bytes in the form of
/// mangled_name()). Nothing when one can.
std::optional<std::string> reason_no_map_name(std::string_view name);

}  // namespace multipath
