#pragma once

#include <optional>
#include <string>

#include "libsg/command.h"
#include "libsg/transport.h"

namespace multipath {

/// What IsolatedTransport's two processes tell each other, one packet each. Both are the same program
/// on the same machine, so numbers go as they lie in memory: 8 bytes each, then the byte strings.

scsi::ByteVector pack(const scsi::Command& command);
scsi::ByteVector pack(const scsi::Response& response);
/// Nothing when the packet is no such thing.
std::optional<scsi::Command> unpack_command(scsi::ByteView packet);
std::optional<scsi::Response> unpack_response(scsi::ByteView packet);

/// How an open went: errno and what could not be done; 0 when it could.
struct Opened {
  int error = 0;
  std::string what;

  auto operator<=>(const Opened&) const = default;
};
scsi::ByteVector pack(const Opened& opened);
std::optional<Opened> unpack_opened(scsi::ByteView packet);

}  // namespace multipath
