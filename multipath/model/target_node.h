#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace multipath {

/// How a path reaches its target, as far as sysfs shows (drivers/scsi/scsi_transport_*.c).
enum class TransportKind : std::uint8_t { other, fibre_channel, iscsi, sas };

/// The target that a path leads to, and both ends as the transport names them.
struct TargetNode {
  TransportKind transport = TransportKind::other;
  /// FC: the target's node name; iSCSI: its name; SAS: its address; ATA and USB: the device in
  /// sysfs. What group_by_node_name looks at.
  std::optional<std::string> name;
  /// The folder that has the transport's attributes of this target, below /sys:
  /// "class/fc_remote_ports/rport-3:0-1". Empty for `other`.
  std::string folder;
  /// FC: node and port names of both ends, "0x50...", each where sysfs has it.
  std::optional<std::string> host_node_name, host_port_name, port_name;

  auto operator<=>(const TargetNode&) const = default;
};

}  // namespace multipath
