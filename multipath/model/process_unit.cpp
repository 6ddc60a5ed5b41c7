#include "multipath/model/process_unit.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "multipath/model/ascii.h"
#include "multipath/model/cut.h"
#include "multipath/model/number_text.h"
#include "multipath/model/shell_text.h"

namespace multipath {
namespace {

using Manager = ProcessUnit::Manager;

/// The part of a name between a prefix and a suffix.
std::optional<std::string_view> between(std::string_view text, std::string_view before,
                                        std::string_view behind) {
  if (text.size() <= before.size() + behind.size() || !text.starts_with(before) ||
      !text.ends_with(behind))
    return std::nullopt;
  return text.substr(before.size(), text.size() - before.size() - behind.size());
}

/// "user-1000.slice" -> 1000
std::optional<std::uint32_t> uid_in(std::string_view part, std::string_view before,
                                    std::string_view behind) {
  const auto digits = between(part, before, behind);
  return digits ? parse_number<std::uint32_t>(*digits) : std::nullopt;
}

/// A unit's name (systemd.unit(5)) of a type that has processes.
bool is_unit_of_processes(std::string_view name) {
  constexpr std::array<std::string_view, 5> types{".service", ".scope", ".mount", ".socket",
                                                  ".swap"};
  constexpr std::size_t longest = 255;
  const bool typed = std::ranges::any_of(types, [&](std::string_view type) {
    return name.size() > type.size() && name.ends_with(type);
  });
  return typed && name.size() <= longest && std::ranges::all_of(name, [](char c) {
           return is_alphanumeric(c) ||
                  std::string_view(":-_.\\@").find(c) != std::string_view::npos;
         });
}

/// systemd-escape(1): "\x2d" stands for "-".
std::string unescaped(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    const auto code = text.starts_with("\\x") && text.size() >= 4
                          ? parse_number<std::uint8_t>(text.substr(2, 2), 16)
                          : std::nullopt;
    result += code ? static_cast<char>(*code) : text.front();
    text.remove_prefix(code ? 4 : 1);
  }
  return result;
}

bool is_guest_name(std::string_view name) {
  constexpr std::size_t longest = 128;
  return !name.empty() && name.size() <= longest && is_alphanumeric(name.front()) &&
         std::ranges::all_of(name, [](char c) {
           return is_alphanumeric(c) ||
                  std::string_view("._-:@+").find(c) != std::string_view::npos;
         });
}

bool is_id(std::string_view text) {
  constexpr std::size_t shortest = 12;
  return text.size() >= shortest && std::ranges::all_of(text, is_lower_hex_digit);
}

ProcessUnit guest(Manager manager, std::string_view engine, std::string name,
                  std::string_view unit = {}) {
  if (!is_guest_name(name)) return {};
  return {manager, std::string(unit), 0, std::move(name), engine};
}

/// Engines show the first twelve digits of an id, and take them.
ProcessUnit container_with_id(std::string_view engine, std::string_view id,
                              std::string_view unit = {}) {
  constexpr std::size_t shown = 12;
  return is_id(id) ? guest(Manager::container, engine, std::string(id.substr(0, shown)), unit)
                   : ProcessUnit{};
}

/// A scope whose name has a container's id.
ProcessUnit container_of_scope(std::string_view part) {
  struct Engine {
    std::string_view prefix;
    std::string_view name;
  };
  constexpr std::array engines{Engine{"libpod-conmon-", "podman"}, Engine{"libpod-", "podman"},
                               Engine{"docker-", "docker"}, Engine{"cri-containerd-", "kubernetes"},
                               Engine{"crio-", "kubernetes"}};
  for (const Engine& engine : engines) {
    const auto id = between(part, engine.prefix, ".scope");
    if (id && is_id(*id)) return container_with_id(engine.name, *id, part);
  }
  return {};
}

/// systemd-machined(8): machine-NAME.scope; libvirt's NAME is DRIVER-NUMBER-DOMAIN.
ProcessUnit machine_of(std::string_view part) {
  if (const auto name = between(part, "systemd-nspawn@", ".service"))
    return guest(Manager::container, "machined", unescaped(*name), part);
  const auto escaped = between(part, "machine-", ".scope");
  if (!escaped || !is_unit_of_processes(part)) return container_of_scope(part);
  const std::string name = unescaped(*escaped);
  for (const std::string_view driver : {"qemu-", "lxc-"}) {
    if (!name.starts_with(driver)) continue;
    std::string_view domain = std::string_view(name).substr(driver.size());
    if (parse_number<std::uint32_t>(cut(domain, '-')) && !domain.empty())
      return guest(Manager::virtual_machine, driver == "lxc-" ? "libvirt-lxc" : "libvirt",
                   std::string(domain), part);
  }
  return guest(Manager::container, "machined", name, part);
}

/// Groups that engines without systemd make at the top.
ProcessUnit guest_at_top(std::string_view top, std::string_view rest) {
  constexpr std::string_view lxc = "lxc";
  for (const std::string_view prefix : {"lxc.payload.", "lxc.monitor."}) {
    if (const auto name = between(top, prefix, ""))
      return guest(Manager::container, lxc, std::string(*name));
  }
  const std::string_view next = cut(rest, '/');
  if (top == lxc || top == "lxc.payload" || top == "lxc.monitor")
    return guest(Manager::container, lxc, std::string(next));
  if (top == "docker") return container_with_id("docker", next);
  if (top == "libpod_parent")
    return container_with_id("podman", between(next, "libpod-", "").value_or(""));
  return {};
}

ProcessUnit pod_of(std::string_view rest) {
  while (!rest.empty()) {
    const std::string_view part = cut(rest, '/');
    if (ProcessUnit unit = container_of_scope(part); !unit.guest.empty()) return unit;
    if (is_id(part)) return container_with_id("kubernetes", part);
  }
  return {};
}

ProcessUnit unit_below(Manager manager, std::uint32_t uid, std::string_view rest) {
  std::string_view part = cut(rest, '/');
  while (part.ends_with(".slice")) part = cut(rest, '/');
  if (!is_unit_of_processes(part)) return {};
  if (manager == Manager::system) {
    if (ProcessUnit container = container_of_scope(part); !container.guest.empty())
      return container;
  }
  return {manager, std::string(part), uid};
}

}  // namespace

ProcessUnit unit_of_control_group(std::string_view path) {
  if (!path.starts_with('/')) return {};
  path.remove_prefix(1);
  const std::string_view top = cut(path, '/');
  if (top == "system.slice") return unit_below(Manager::system, 0, path);
  if (top == "machine.slice") return machine_of(cut(path, '/'));
  if (top == "kubepods.slice" || top == "kubepods") return pod_of(path);
  if (top == "user.slice") {
    const auto uid = uid_in(cut(path, '/'), "user-", ".slice");
    if (!uid || uid_in(cut(path, '/'), "user@", ".service") != uid) return {};
    return unit_below(Manager::user, *uid, path);
  }
  return guest_at_top(top, path);
}

std::string to_string(const ProcessUnit& unit) {
  switch (unit.manager) {
    case Manager::user:
      return fmt::format("{} of user {}", unit.name, unit.uid);
    case Manager::virtual_machine:
      return fmt::format("virtual machine {} ({})", unit.guest, unit.name);
    case Manager::container:
      return fmt::format("container {} ({})", unit.guest,
                         unit.name.empty() ? std::string(unit.engine) : unit.name);
    case Manager::system:
    case Manager::none:
      break;
  }
  return unit.name;
}

std::optional<std::string> stop_command(const ProcessUnit& unit) {
  switch (unit.manager) {
    case Manager::system:
      return shell_line("systemctl stop", unit.name);
    case Manager::user:
      return shell_line(fmt::format("systemctl --user -M {}@ stop", unit.uid), unit.name);
    case Manager::virtual_machine:
      return shell_line(
          unit.engine == "libvirt-lxc" ? "virsh -c lxc:/// shutdown" : "virsh shutdown",
          unit.guest);
    case Manager::container:
      break;
    case Manager::none:
      return std::nullopt;
  }
  if (unit.engine == "machined") return shell_line("machinectl poweroff", unit.guest);
  if (unit.engine == "kubernetes") return shell_line("crictl stop", unit.guest);
  if (unit.engine != "lxc") return shell_line(fmt::format("{} stop", unit.engine), unit.guest);
  // The group does not show which of the programs on top of LXC runs the container.
  const std::string name = shell_word(unit.guest);
  return fmt::format("lxc-stop -n {0}, with LXD lxc stop {0}, with Proxmox VE pct shutdown {0}",
                     name);
}

}  // namespace multipath
