#pragma once

#include <map>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "libsg/bytes.h"

namespace multipath {

/// A capture as one file: a ustar archive (POSIX.1-2017, pax, "ustar Interchange Format") of regular files. What GNU tar makes of a
/// directory can be read, too: folders are passed over, and a name may begin with "./".
///
/// Everything else is refused: links, devices, extended headers, names that are absolute, have "..", an empty part or a
/// control character, a name that comes twice, a wrong checksum, an archive that ends early. Nothing is unpacked.
using TarFiles = std::map<std::string, std::string_view, std::less<>>;

/// The files' contents are parts of `archive`.
tl::expected<TarFiles, scsi::Malformed> read_tar(std::string_view archive);

/// The archive: mode 0600, owner and time 0, so that the same files give the same bytes. Throws std::length_error for a
/// name that the format cannot hold (over 100 bytes without a '/' at the right place).
std::string tar_of(const std::map<std::string, std::string>& files);

}  // namespace multipath
