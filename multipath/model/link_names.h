#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace multipath {

/// What udev's rules make a map's links from: /dev/disk/by-id/<type>-<serial> and wwn-<wwn>, for a
/// partition of a map with "-part<partition>" behind them. Each is one word of letters, digits and
/// # + - . : = @ _, so that no identifier of a device leads a link out of its folder.
struct LinkNames {
  std::string type;                      ///< "scsi", "nvme"; empty where paths have no such link
  std::string serial;                    ///< the WWID, every other character as "_"
  std::optional<std::string> wwn;        ///< "0x5000c5...", of NAA identifiers only
  std::optional<std::string> partition;  ///< its number

  auto operator<=>(const LinkNames&) const = default;
};

/// From "mpath-<WWID>" or "part<N>-mpath-<WWID>"; nothing for any other uuid.
std::optional<LinkNames> link_names_of(std::string_view dm_uuid);

}  // namespace multipath
