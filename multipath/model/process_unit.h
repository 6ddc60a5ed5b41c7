#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace multipath {

/// What a process belongs to, by its control group: a systemd unit and who manages that unit (a user
/// may give a unit of his own any name), or a guest, whose units this host does not know.
struct ProcessUnit {
  enum class Manager : std::uint8_t { none, system, user, virtual_machine, container };
  Manager manager = Manager::none;
  std::string name;              ///< "postgresql.service"; of a guest its scope, empty for none
  std::uint32_t uid = 0;         ///< whose manager it is
  std::string guest = {};        ///< "vm1", "101", "3f2a9c5d8e1b"
  std::string_view engine = {};  ///< of a guest, what runs it: "libvirt", "docker"; a literal

  auto operator<=>(const ProcessUnit&) const = default;
};

/// From the path of a line of /proc/PID/cgroup (cgroups(7), systemd.slice(5)): the first part behind
/// the slices, below /system.slice the system's, below user@UID.service that user's; and what
/// libvirt, systemd-machined, podman, docker, LXC, LXD and Kubernetes call their groups. None for any
/// other group.
ProcessUnit unit_of_control_group(std::string_view path);

/// "postgresql.service", "sshd.service of user 1000", "container 101 (lxc)"
std::string to_string(const ProcessUnit& unit);

/// How to end it: the command that stops the unit or the guest, for a shell. None without a unit.
std::optional<std::string> stop_command(const ProcessUnit& unit);

}  // namespace multipath
