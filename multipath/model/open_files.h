#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "multipath/model/holder.h"

namespace multipath {

/// What one process, or the processes of one unit or guest, have open of a device.
struct OpenFiles {
  Process process;            ///< the first
  std::size_t processes = 1;  ///< how many
  bool of_device = true;
  std::vector<std::string> files;  ///< in the order of the openers, each once

  auto operator<=>(const OpenFiles&) const = default;
};

/// By unit, or by process where a process has none; those of files apart from those of devices.
std::vector<OpenFiles> open_files_of(std::span<const HolderOpener> openers);

enum class ShownFiles : bool { first, all };

/// "postgres, pid 812, postgresql.service", "7 processes of postgresql.service (postgres, pid 812...)"
std::string users_text(const OpenFiles& open);
/// "/srv/a, /srv/b, /srv/c and 42 more"
std::string files_text(const OpenFiles& open, ShownFiles shown);

}  // namespace multipath
