#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "multipath/model/holder.h"

namespace multipath {

// Texts of /proc (proc(5)). Users choose the paths in them: the kernel escapes blanks, tabs, line
// ends and backslashes of a path in octal, and all of that is undone here and nowhere else. Each
// parser is linear in its text. A line that does not fit is left out.

// libmount's mnt_table_parse_stream() reads mountinfo as fast (100,000 lines in a second), but it
// replaces a source "/dev/root" by what the running host's sysfs has for the device number, which is
// wrong for a captured host, it takes a major number of any length and wraps it, and it loses lines
// with a NUL byte.

/// Grammar of mountinfo, words between single blanks:
///
///     line = id parent major:minor root mount-point options optional* "-" type source super-options
std::vector<HolderMount> parse_mountinfo(std::string_view text);

/// Grammar of /proc/swaps: a header line, then
///
///     line = file type size used priority      (blanks and tabs between)
///
/// Behind the path of a file that was removed the kernel writes " (deleted)"; it stays part of the name.
std::vector<HolderSwap> parse_swaps(std::string_view text);

/// /proc/fs/nfsd/exports (fs/nfsd/export.c, svc_export_show()): comments, then
///
///     line = path TAB client "(" flags ")" ...
std::vector<NfsExport> parse_nfs_exports(std::string_view text);

/// The number in "MemAvailable:  1234 kB" of /proc/meminfo; 0 without that line.
std::uint64_t parse_memory_available(std::string_view meminfo);

/// The inode number in the text of the link /proc/PID/ns/mnt: "mnt:[4026531841]".
std::optional<std::uint64_t> parse_mount_namespace(std::string_view link);

}  // namespace multipath
