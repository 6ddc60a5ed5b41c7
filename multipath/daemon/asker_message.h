#pragma once

#include <string>
#include <string_view>

#include "multipath/daemon/asker.h"

namespace multipath::daemon {

/// Requests and replies as bytes of a stream: the length as a std::uint64_t, then packing.h.
std::string message_of(const AskerRequest& request);
std::string message_of(const AskerReply& reply);

/// Takes the next complete message out of the beginning of `stream`; nothing if it is not complete.
/// Throws BadPacking.
std::optional<AskerRequest> take_request(std::string& stream);
std::optional<AskerReply> take_reply(std::string& stream);

}  // namespace multipath::daemon
