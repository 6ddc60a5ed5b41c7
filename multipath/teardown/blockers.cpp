#include "multipath/teardown/blockers.h"

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "multipath/model/open_files.h"
#include "multipath/model/shell_text.h"

namespace multipath {
namespace {

/// ", on sdb2: another path of the same unit as sda"
std::string place_of(const Holder& node) {
  if (node.path_of.empty()) return "";
  return node.on_path == node.kname ? ", " + node.path_of
                                    : fmt::format(", on {}: {}", node.on_path, node.path_of);
}

/// Collects the blockers of one node.
class NodeBlockers {
 public:
  NodeBlockers(const HolderGraph& graph, const Holder& node, const TeardownOptions& options,
               std::vector<Blocker>& blockers)
      : graph_(graph), node_(node), options_(options), blockers_(blockers) {}

  void find() {
    if (node_.reach == Reach::leg) return;
    find_protection();
    find_unknown();
    find_mounts();
    find_swaps();
    find_openers();
    for (const std::string& item : node_.exports)
      add("exported", "configfs", fmt::format("{} exports {}", item, name()),
          "remove it from the target's configuration");
    for (const NfsExport& shared : node_.nfs_exports)
      add("exported", "/proc/fs/nfsd/exports",
          fmt::format("{} on {} is exported by the NFS server to {}", shared.path, name(),
                      shared.client),
          shell_line("exportfs -u", shared.client + ":" + shared.path));
    if (!node_.pool.empty())
      add("pool", "udev database, /proc/spl",
          fmt::format("{} is in the imported zfs pool {}", name(), node_.pool),
          shell_line("zpool export", node_.pool));
    find_state();
    find_unexplained();
  }

 private:
  const std::string& name() const { return display_name(node_); }

  void add(std::string code, std::string source, std::string detail, std::string remedy) {
    blockers_.push_back({std::move(code), node_.kname, std::move(source), detail + place_of(node_),
                         pasteable(std::move(remedy))});
  }

  void find_protection() {
    if (node_.protection.empty() || options_.force_protected.contains(node_.kname)) return;
    add(std::string(protected_code), "/proc/self/mountinfo, /proc/swaps, /sys/power/resume",
        fmt::format("{}: {}", name(), node_.protection),
        "the running system needs it; --force-protected=" + shell_word(node_.kname) +
            " overrides this");
  }

  void find_unknown() {
    if (node_.kind != HolderKind::unknown || node_.reach == Reach::base) return;
    add("unknown-device", "sysfs holders",
        fmt::format("{} is a {}, which this program cannot tear down", name(), node_.what),
        "remove it with its own tool");
  }

  void find_mounts() {
    for (const HolderMount& mount : node_.mounts) find_mount(mount);
    if (node_.hidden_file_system.empty()) return;
    add("mounted-hidden", fmt::format("/sys/fs/{}/{}", node_.hidden_file_system, node_.kname),
        fmt::format("the {} of {} is mounted in a namespace without a process",
                    node_.hidden_file_system, name()),
        graph_.kept_name_spaces.empty()
            ? std::string("find what keeps the namespace alive: an open file or a bind mount of it")
            : umount_of_kept_name_spaces());
  }

  std::string umount_of_kept_name_spaces() const {
    std::string commands;
    for (const std::string& file : graph_.kept_name_spaces)
      commands += (commands.empty() ? "" : ", or ") + shell_line("umount", file);
    return commands + ", which keeps a namespace without a process";
  }

  void find_mount(const HolderMount& mount) {
    if (mount.follows) return;
    const std::string source = mount.own_name_space
                                   ? "/proc/self/mountinfo"
                                   : fmt::format("/proc/{}/mountinfo", mount.seen_by.pid);
    for (const std::string& child : mount.covered_by) {
      add("mounted-over", source,
          fmt::format("{} is mounted below {} from another device", child, mount.mount_point),
          shell_line("umount", child));
    }
    if (mount.own_name_space) {
      if (!options_.unmount)
        add("mounted", source,
            fmt::format("{} ({}) is mounted on {}", name(), mount.file_system, mount.mount_point),
            "--umount, or " + pasteable(shell_line("umount", mount.mount_point)));
    } else if (!options_.unmount_elsewhere) {
      add("mounted-elsewhere", source,
          fmt::format("{} ({}) is mounted on {} in mount namespace {} of {}", name(),
                      mount.file_system, mount.mount_point, mount.name_space,
                      to_string(mount.seen_by)),
          remedy_against(mount.seen_by) + ", or --umount-ns");
    }
  }

  void find_swaps() {
    for (const HolderSwap& swap : node_.swaps) {
      if (!options_.swap_off) {
        add("swap", "/proc/swaps",
            fmt::format("{} on {} is in use as swap ({} KiB used)", swap.file, name(),
                        swap.used_kib),
            "--swapoff, or " + pasteable(shell_line("swapoff", swap.file)));
      } else if (swap.used_kib > graph_.memory_available_kib) {
        add("swap-memory", "/proc/meminfo",
            fmt::format("{} KiB are swapped to {}, but only {} KiB of memory are available",
                        swap.used_kib, swap.file, graph_.memory_available_kib),
            "free memory, or add other swap");
      }
    }
  }

  void find_openers() {
    std::vector<HolderOpener> staying;
    for (const HolderOpener& opener : node_.openers) {
      if (opener.goes_along) continue;
      if (opener.process.pid == 0) {
        add("busy", "open(2) with O_EXCL",
            fmt::format("{} has an unknown holder: it is in use, but no user is visible", name()),
            "devices with an unknown user are not changed");
        continue;
      }
      staying.push_back(opener);
    }
    for (const OpenFiles& open : open_files_of(staying)) {
      add(std::string(open.of_device ? open_code : file_code),
          fmt::format("/proc/{}{}", open.process.pid, open.of_device ? "/fd" : ""),
          fmt::format("{} {} {} of {}", users_text(open), open.processes == 1 ? "has" : "have",
                      files_text(open, options_.files), name()),
          remedy_against(open.process));
    }
  }

  void find_state() {
    if (node_.suspended)
      add("suspended", "device-mapper", fmt::format("{} is suspended: its users hang", name()),
          shell_line("dmsetup resume", name()));
    if (node_.queues_without_paths)
      add("queueing", "device-mapper",
          fmt::format("{} has no usable path and queues: its users hang", name()),
          "restore a path, or " + pasteable(stop_queueing()));
    if (node_.reach == Reach::collateral && !options_.allow_collateral)
      add("collateral", "device-mapper, sysfs",
          fmt::format("{} would also be torn down, but is not on the named devices", label()),
          "--allow-collateral");
    if (node_.reach == Reach::above) find_foreign_legs();
  }

  std::string stop_queueing() const {
    const std::string_view end_of_options = name().starts_with('-') ? "-- " : "";
    return fmt::format("dmsetup message {}{} 0 fail_if_no_path", end_of_options,
                       shell_word(name()));
  }

  void find_foreign_legs() {
    std::vector<std::string> legs, words;
    for (const std::size_t lower : node_.uses) {
      if (graph_.nodes[lower].reach != Reach::leg) continue;
      legs.push_back(display_name(graph_.nodes[lower]));
      words.push_back(shell_word(legs.back()));
    }
    if (legs.empty() || options_.allow_collateral) return;
    add("collateral", "sysfs slaves",
        fmt::format("{} is also on {}, which {} not named", label(), fmt::join(legs, ", "),
                    legs.size() == 1 ? "was" : "were"),
        fmt::format("also name {}, or --allow-collateral", fmt::join(words, ", ")));
  }

  std::string label() const {
    return node_.what.empty() ? name() : fmt::format("{} ({})", name(), node_.what);
  }

  /// Compares the kernel's open count with the known users. The difference is a hidden user.
  void find_unexplained() {
    if (!node_.open_count) return;
    auto explained = static_cast<std::int64_t>(node_.openers.size() + node_.exports.size());
    for (const std::size_t upper : node_.used_by) explained += opens(graph_.nodes[upper]) ? 1 : 0;
    // bcache has the device open, but without the cache there is no bcacheN device.
    if (node_.bcache_member && node_.used_by.empty()) ++explained;
    // mm/swapfile.c: swapon(2) keeps the file open and claims the device.
    for (const HolderSwap& swap : node_.swaps) explained += swap.is_file ? 0 : 2;
    if (!node_.mounts.empty() || !node_.hidden_file_system.empty()) ++explained;
    if (!node_.pool.empty()) explained += *node_.open_count;
    if (*node_.open_count <= explained) return;
    add("busy", "device-mapper's open count",
        fmt::format("{} has an unknown holder: it is open {} times, but only {} can be explained",
                    name(), *node_.open_count, explained),
        "devices with an unknown user are not changed");
  }

  /// Does the upper node open this device? A loop device over a file opens only the file.
  static bool opens(const Holder& upper) {
    return upper.kind != HolderKind::loop || upper.backing.starts_with("/dev/");
  }

  const HolderGraph& graph_;
  const Holder& node_;
  const TeardownOptions& options_;
  std::vector<Blocker>& blockers_;
};

}  // namespace

std::vector<Blocker> find_blockers(const HolderGraph& graph, const TeardownOptions& options) {
  std::vector<Blocker> blockers;
  for (const Holder& node : graph.nodes) NodeBlockers(graph, node, options, blockers).find();
  return blockers;
}

std::vector<Blocker> find_remaining_users(const HolderGraph& graph,
                                          const TeardownOptions& options) {
  std::vector<Blocker> blockers;
  TeardownOptions kept;
  kept.force_protected = options.force_protected;
  kept.files = options.files;
  for (const Holder& node : graph.nodes) {
    if (node.reach == Reach::leg) continue;
    const bool plain = node.kind == HolderKind::partition || node.reach == Reach::base ||
                       node.reach == Reach::path;
    if (!plain ||
        (node.reach == Reach::base && node.kind == HolderKind::multipath && !options.keep_maps)) {
      blockers.push_back(
          {"device", node.kname, "sysfs holders",
           fmt::format("{} still exists: {}{}", display_name(node),
                       node.what.empty() ? dev_type(node.kind) : node.what, place_of(node)),
           "multipath clear-holders"});
    }
    NodeBlockers(graph, node, kept, blockers).find();
  }
  return blockers;
}

bool is_protected(const std::vector<Blocker>& blockers) {
  return std::ranges::find(blockers, protected_code, &Blocker::code) != blockers.end();
}

}  // namespace multipath
