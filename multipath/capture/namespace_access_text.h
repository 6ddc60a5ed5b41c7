#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "multipath/host/nvme_access.h"

namespace multipath {

/// A namespace's access as nvme.txt has it, one line:
///
///   access := "none" | STATE " group " NUMBER | "trouble " TEXT
///
/// STATE is nvme::to_string()'s, TEXT why the access could not be had.
std::string access_text(const NamespaceAccess& access);
std::optional<NamespaceAccess> parse_access(std::string_view text);

}  // namespace multipath
