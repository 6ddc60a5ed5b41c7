#include "multipath/teardown/step_commands.h"

#include <algorithm>
#include <array>
#include <sstream>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "multipath/model/holder_names.h"
#include "multipath/model/shell_text.h"
#include "multipath/model/wwid.h"

namespace multipath {
namespace {

/// Has the name only characters of libdm's list (DM_NAME_MANGLING)? Otherwise the node in
/// /dev/mapper has a different name than the map.
bool is_plain_map_name(std::string_view name) {
  return !name.empty() && name != "." && name != ".." &&
         std::ranges::all_of(name, is_wwid_character);
}

/// Adds an operand, after "--" if it looks like an option.
void push_operand(std::vector<std::string>& argv, const std::string& word) {
  if (word.starts_with('-')) argv.emplace_back("--");
  argv.push_back(word);
}

std::vector<std::string> operand_command(std::vector<std::string> argv, const std::string& word) {
  push_operand(argv, word);
  return argv;
}

/// The command that registers all devices of a btrfs with the kernel again; empty if not needed.
std::string rescan_command(const HolderGraph& graph, const HolderMount& mount) {
  if (mount.file_system != "btrfs") return "";
  std::vector<std::string> devices;
  for (const Holder& node : graph.nodes) {
    const bool has_it = std::ranges::any_of(node.mounts, [&](const HolderMount& other) {
      return other.name_space == mount.name_space && other.id == mount.id;
    });
    if (has_it) devices.push_back(node_path(node));
  }
  return devices.size() < 2 ? "" : "btrfs device scan " + shell_line(devices);
}

std::string remount_command(const HolderMount& mount, const Holder& node) {
  if (mount.root != "/" && mount.file_system != "btrfs") {
    const auto whole = std::ranges::find_if(node.mounts, [&](const HolderMount& other) {
      return other.name_space == mount.name_space && other.root == "/";
    });
    if (whole != node.mounts.end()) {
      const std::string from = (whole->mount_point == "/" ? "" : whole->mount_point) + mount.root;
      return fmt::format("mount --bind {} {}", shell_word(from), shell_word(mount.mount_point));
    }
  }
  std::string options = mount.options;
  if (mount.root != "/" && mount.file_system == "btrfs") options += ",subvol=" + mount.root;
  return fmt::format("mount -t {} -o {} {} {}", shell_word(mount.file_system), shell_word(options),
                     shell_word(mount.source), shell_word(mount.mount_point));
}

/// Unmounts by system call: the creator of the namespace controls all programs and libraries in it,
/// so none of these may be run. For the same reason there is no undo command.
void unmount_elsewhere(Step& step, const HolderMount& mount) {
  step.command = {"umount2", mount.mount_point};
  step.note =
      fmt::format("cannot be undone from here: mount {} ({}) again from inside mount namespace {}",
                  mount.source, mount.file_system, mount.name_space);
}

/// Replaces device numbers in a table line by paths: the devices below get new numbers.
std::string with_node_paths(const std::string& line, const HolderGraph& graph, const Holder& node) {
  std::istringstream words(line);
  std::string result;
  for (std::string word; words >> word;) {
    const auto number = parse_device_number(word);
    for (const std::size_t lower : node.uses) {
      if (number && graph.nodes[lower].number == *number) word = node_path(graph.nodes[lower]);
    }
    result += (result.empty() ? "" : " ") + word;
  }
  return result;
}

/// A shell guard that skips the creation of an existing map: kpartx by udev and multipathd create
/// maps.
std::string existence_guard(const Holder& node) {
  if (node.dm_uuid.empty()) return "";
  return shell_line("dmsetup info", node.dm_name) + " >/dev/null 2>&1 || ";
}

std::string recreate_command(const HolderGraph& graph, const Holder& node) {
  std::vector<std::string> lines;
  std::istringstream table(node.dm_table);
  for (std::string line; std::getline(table, line);)
    lines.push_back(shell_word(with_node_paths(line, graph, node)));
  if (lines.empty()) return "";
  // Put a name that looks like an option last, after "--".
  const bool like_an_option = node.dm_name.starts_with('-');
  const std::string name = shell_word(node.dm_name);
  const std::string create =
      fmt::format("dmsetup create{}{}", like_an_option ? "" : " " + name,
                  node.dm_uuid.empty() ? "" : " -u " + shell_word(node.dm_uuid));
  const std::string end = like_an_option ? " -- " + name : "";
  const std::string guard = existence_guard(node);
  if (lines.size() == 1) return fmt::format("{}{} --table {}{}", guard, create, lines.front(), end);
  return fmt::format("{}printf '%s\\n' {} | {}{}", guard, fmt::join(lines, " "), create, end);
}

std::string member_path(const HolderGraph& graph, const Holder& node, const std::string& kname) {
  for (const std::size_t lower : node.uses) {
    if (graph.nodes[lower].kname == kname) return node_path(graph.nodes[lower]);
  }
  return "/dev/" + kname;
}

std::string reactivate_command(const Step& step, const HolderGraph& graph) {
  std::string volumes;
  for (const std::size_t index : step.covers) {
    const auto name = parse_lvm_name(graph.nodes[index].dm_name);
    if (name && !is_hidden_volume(*name))
      volumes += " " + shell_word(name->group + "/" + name->volume);
  }
  if (volumes.empty()) return "vgchange -ay " + shell_word(step.subject);
  return "lvchange -y -K -ay" + volumes;
}

std::string reassemble_command(const HolderGraph& graph, const Holder& node) {
  // udevd starts an array as soon as its last member appears.
  std::string text = fmt::format("grep -q {} /proc/mdstat || mdadm ",
                                 shell_word(fmt::format("^{} : active", node.kname)));
  for (const std::size_t lower : node.uses) {
    if (graph.nodes[lower].kind == HolderKind::raid)
      return text + "--incremental " + shell_word(node_path(graph.nodes[lower]));
  }
  text += "--assemble " + shell_word(node_path(node));
  for (const std::string& member : node.members)
    text += " " + shell_word(member_path(graph, node, member));
  return text;
}

/// The command that reopens a cryptsetup device, by the type in its uuid ("CRYPT-LUKS2-...").
struct CryptOpening {
  std::string_view type;
  std::string_view command;  ///< with {device} and {name}; empty if impossible
  std::string_view note;
};
constexpr std::string_view needs_key = "reopening requires its key";
constexpr std::array crypt_openings{
    CryptOpening{"LUKS1", "cryptsetup open {device} {name}", needs_key},
    CryptOpening{"LUKS2", "cryptsetup open {device} {name}", needs_key},
    CryptOpening{"PLAIN", "cryptsetup open --type plain {device} {name}",
                 "reopening requires its key and the original cipher, hash and size"},
    CryptOpening{"LOOPAES", "cryptsetup open --type loopaes {device} {name}", needs_key},
    CryptOpening{"TCRYPT", "cryptsetup open --type tcrypt {device} {name}", needs_key},
    CryptOpening{"BITLK", "cryptsetup open --type bitlk {device} {name}", needs_key},
    CryptOpening{"FVAULT2", "cryptsetup open --type fvault2 {device} {name}", needs_key},
    // sysfs does not show which of the devices below contains the hashes.
    CryptOpening{"VERITY", "veritysetup open DATA {name} HASH ROOTHASH",
                 "reopening requires the data device, the hash device and the root hash"},
    CryptOpening{"INTEGRITY", "integritysetup open {device} {name}", ""},
    CryptOpening{"TEMP", "", "temporary device: cannot be reopened"},
};

void add_reopening(Step& step, const HolderGraph& graph, const Holder& node) {
  const auto* opening = std::ranges::find(crypt_openings, node.what, &CryptOpening::type);
  if (opening == crypt_openings.end()) {
    step.note = "reopen it with the program that opened it";
    return;
  }
  step.note = opening->note;
  if (opening->command.empty()) return;
  const std::string_view end_of_options = node.dm_name.starts_with('-') ? "-- " : "";
  const std::string device =
      node.uses.empty() ? "DEVICE" : shell_word(node_path(graph.nodes[node.uses.front()]));
  step.undo = {fmt::format(fmt::runtime(opening->command),
                           fmt::arg("device", std::string(end_of_options) + device),
                           fmt::arg("name", shell_word(node.dm_name)))};
}

/// Adds the commands that register a bcache again; register_quiet ignores registered devices.
void add_registration(Step& step, const HolderGraph& graph, const Holder& node) {
  std::vector<std::string> members = node.members;
  // Without a cache set, register only the device; its members are the paths of a map.
  if (members.empty() || (node.bcache_member && node.group.empty())) members = {node.kname};
  for (const std::string& member : members)
    step.undo.push_back(fmt::format(
        "echo {} > /sys/fs/bcache/register_quiet",
        shell_word(member == node.kname ? node_path(node) : member_path(graph, node, member))));
}

/// The command that restores signatures from the files of wipefs, wipefs-NODE-0xOFFSET.bak.
std::string restore_signatures(const std::string& path, const std::string& folder) {
  return fmt::format(
      "for f in {}*.bak; do o=${{f##*-}}; dd if=\"$f\" {} bs=1 "
      "seek=$((${{o%.bak}})) conv=notrunc; done",
      shell_word(fmt::format("{}/wipefs-{}-0x", folder, path.substr(path.rfind('/') + 1))),
      shell_word("of=" + path));
}

/// Adds the commands of tools with one operand.
void add_tool(Step& step, const HolderGraph& graph, const Holder& node) {
  switch (step.action) {
    case StepAction::swap_off:
      step.command = {"swapoff", step.subject};
      step.undo = {"swapon " + shell_word(step.subject)};
      break;
    case StepAction::close_crypt:
      step.command = operand_command({"cryptsetup", "close"}, node.dm_name);
      add_reopening(step, graph, node);
      break;
    case StepAction::deactivate_group:
      step.command = {"vgchange", "-an", step.subject};
      step.undo = {reactivate_command(step, graph)};
      break;
    case StepAction::stop_raid:
      step.command = {"mdadm", "--stop", node_path(node)};
      step.undo = {reassemble_command(graph, node)};
      if (node.syncing) step.note = "synchronization is interrupted first";
      break;
    case StepAction::detach_loop:
      step.command = {"losetup", "--detach", node_path(node)};
      step.undo = {fmt::format("losetup {}{} {}", node.backing_options, shell_word(node_path(node)),
                               shell_word(node.backing))};
      break;
    default:  // add_commands() has the other steps.
      break;
  }
}

}  // namespace

std::string node_path(const Holder& holder) {
  if (is_plain_map_name(holder.dm_name)) return "/dev/mapper/" + holder.dm_name;
  std::string name = holder.kname;
  std::ranges::replace(name, '!', '/');
  return "/dev/" + name;
}

std::string bcache_stop_attribute(const Holder& holder) {
  if (!holder.group.empty()) return "fs/bcache/" + holder.group + "/stop";
  return "class/block/" + holder.kname + "/bcache/stop";
}

void add_commands(Step& step, const HolderGraph& graph, const TeardownOptions& teardown_options,
                  const HolderMount* mount) {
  const Holder& node = graph.nodes[step.node];
  switch (step.action) {
    case StepAction::unmount:
      if (!mount->own_name_space) {
        unmount_elsewhere(step, *mount);
        break;
      }
      step.command = operand_command({"umount"}, mount->mount_point);
      step.undo = {rescan_command(graph, *mount), remount_command(*mount, node)};
      break;
    case StepAction::wipe:
      // wipefs saves below $HOME; versions up to 2.38 cannot choose the directory.
      step.command = {"env",      "HOME=" + teardown_options.wipe_backup,
                      "wipefs",   "--all",
                      "--backup", node_path(node)};
      step.undo = {restore_signatures(node_path(node), teardown_options.wipe_backup)};
      step.note = "signatures are saved first";
      break;
    case StepAction::stop_bcache:
      step.command = {"write", "1", "/sys/" + bcache_stop_attribute(node)};
      add_registration(step, graph, node);
      break;
    case StepAction::remove_map:
      step.command = operand_command({"dmsetup", "remove"}, node.dm_name);
      step.undo = {recreate_command(graph, node)};
      break;
    case StepAction::flush_map:
      step.command = graph.multipathd_runs
                         ? std::vector<std::string>{"multipathd", "del", "map", node.dm_name}
                         : operand_command({"multipath", "flush"}, node.dm_name);
      step.undo = {recreate_command(graph, node)};
      break;
    case StepAction::swap_off:
    case StepAction::close_crypt:
    case StepAction::deactivate_group:
    case StepAction::stop_raid:
    case StepAction::detach_loop:
      add_tool(step, graph, node);
  }
  std::erase(step.undo, "");
  for (std::string& line : step.undo) line = pasteable(std::move(line));
}

}  // namespace multipath
