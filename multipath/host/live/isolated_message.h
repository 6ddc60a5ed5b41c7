#pragma once

#include <optional>
#include <string>

#include "libsg/command.h"
#include "libsg/transport.h"

namespace multipath {

/// Messages between the two processes of IsolatedTransport, one packet each. Both processes run the
/// same program on the same machine, so numbers are in native byte order: 8 bytes each, then the
/// byte strings.

scsi::ByteVector pack(const scsi::Command& command);
scsi::ByteVector pack(const scsi::Response& response);
/// The unpack functions return nothing if the packet is malformed.
std::optional<scsi::Command> unpack_command(scsi::ByteView packet);
std::optional<scsi::Response> unpack_response(scsi::ByteView packet);

/// The result of open(2): 0, or errno and the message.
struct Opened {
  int error = 0;
  std::string what;

  auto operator<=>(const Opened&) const = default;
};
scsi::ByteVector pack(const Opened& opened);
std::optional<Opened> unpack_opened(scsi::ByteView packet);

}  // namespace multipath
