#pragma once

#include <string>
#include <vector>

#include "multipath/host/sys_tree.h"

namespace multipath {

/// A device or file that this host gives to others.
struct Export {
  std::string path;  ///< "/dev/vg0/lv", "/srv/disk.img"
  std::string what;  ///< "LIO iblock_0/disk1", "nvmet subsystem nqn..., namespace 1"

  auto operator<=>(const Export&) const = default;
};

/// LIO's backing stores and nvmet's namespaces, by their configfs below /sys/kernel/config.
std::vector<Export> read_exports(const SysTree& sys);

}  // namespace multipath
