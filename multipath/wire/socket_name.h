#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace multipath::wire {

/// The stream sockets that multipathd listens on. A name that begins with '@' is in the abstract
/// namespace (unix(7)): the bytes behind the '@', with no NUL at the end (libmpathcmd, mpath_cmd.c).
inline constexpr std::string_view abstract_socket = "@/org/kernel/linux/storage/multipathd";
inline constexpr std::string_view pathname_socket = "/run/multipathd.socket";
/// Of the environment: replaces both names.
inline constexpr const char* socket_variable = "MULTIPATH_SOCKET_NAME";

/// The names in the order in which a client tries them. `replacement` is the value of
/// `socket_variable`; an empty one counts as none.
std::vector<std::string> socket_names(const std::optional<std::string>& replacement);

}  // namespace multipath::wire
