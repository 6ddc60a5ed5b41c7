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

/// libdm's own list (DM_NAME_MANGLING): with other characters the node below /dev/mapper has
/// another name than the map.
bool is_plain_map_name(std::string_view name) {
  return !name.empty() && name != "." && name != ".." &&
         std::ranges::all_of(name, is_wwid_character);
}

/// A word that stands for itself even when it starts with "-".
void push_operand(std::vector<std::string>& argv, const std::string& word) {
  if (word.starts_with('-')) argv.emplace_back("--");
  argv.push_back(word);
}

std::vector<std::string> operand_command(std::vector<std::string> argv, const std::string& word) {
  push_operand(argv, word);
  return argv;
}

/// Of a btrfs that goes down on several devices the kernel has to be told all of them again.
std::string scan_again(const HolderGraph& graph, const HolderMount& mount) {
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

std::string mount_again(const HolderMount& mount, const Holder& node) {
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

/// No program does this, and none may: each that is found in the namespace, and each library, is
/// chosen by whoever made the namespace. So there is no command to mount it again either.
void unmount_elsewhere(Step& step, const HolderMount& mount) {
  step.command = {"umount2", mount.mount_point};
  step.note =
      fmt::format("cannot be undone from here: mount {} ({}) again from inside mount namespace {}",
                  mount.source, mount.file_system, mount.name_space);
}

/// "linear 253:0 2048" names a number that the map below will not have again.
std::string with_paths(const std::string& line, const HolderGraph& graph, const Holder& node) {
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

/// With a running udevd a map's partition maps are made with it, by kpartx; and multipathd makes maps.
std::string unless_there(const Holder& node) {
  if (node.dm_uuid.empty()) return "";
  return shell_line("dmsetup info", node.dm_name) + " >/dev/null 2>&1 || ";
}

std::string create_again(const HolderGraph& graph, const Holder& node) {
  std::vector<std::string> lines;
  std::istringstream table(node.dm_table);
  for (std::string line; std::getline(table, line);)
    lines.push_back(shell_word(with_paths(line, graph, node)));
  if (lines.empty()) return "";
  // "--" ends the options, so that only a name that looks like one stands behind it.
  const bool like_an_option = node.dm_name.starts_with('-');
  const std::string name = shell_word(node.dm_name);
  const std::string create =
      fmt::format("dmsetup create{}{}", like_an_option ? "" : " " + name,
                  node.dm_uuid.empty() ? "" : " -u " + shell_word(node.dm_uuid));
  const std::string end = like_an_option ? " -- " + name : "";
  const std::string unless = unless_there(node);
  if (lines.size() == 1)
    return fmt::format("{}{} --table {}{}", unless, create, lines.front(), end);
  return fmt::format("{}printf '%s\\n' {} | {}{}", unless, fmt::join(lines, " "), create, end);
}

std::string member_path(const HolderGraph& graph, const Holder& node, const std::string& kname) {
  for (const std::size_t lower : node.uses) {
    if (graph.nodes[lower].kname == kname) return node_path(graph.nodes[lower]);
  }
  return "/dev/" + kname;
}

std::string activate_again(const Step& step, const HolderGraph& graph) {
  std::string volumes;
  for (const std::size_t index : step.covers) {
    const auto name = parse_lvm_name(graph.nodes[index].dm_name);
    if (name && !is_hidden_volume(*name))
      volumes += " " + shell_word(name->group + "/" + name->volume);
  }
  if (volumes.empty()) return "vgchange -ay " + shell_word(step.subject);
  return "lvchange -y -K -ay" + volumes;
}

std::string assemble_again(const HolderGraph& graph, const Holder& node) {
  // udevd starts an array as soon as its last member is there.
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

/// What opens a device of cryptsetup's family again, by the type in its uuid ("CRYPT-LUKS2-...").
struct CryptOpening {
  std::string_view type;
  std::string_view command;  ///< with {device} and {name}; empty: nothing brings it back
  std::string_view note;
};
constexpr std::string_view needs_key = "opening it again needs its key";
constexpr std::array crypt_openings{
    CryptOpening{"LUKS1", "cryptsetup open {device} {name}", needs_key},
    CryptOpening{"LUKS2", "cryptsetup open {device} {name}", needs_key},
    CryptOpening{
        "PLAIN", "cryptsetup open --type plain {device} {name}",
        "opening it again needs its key, and the cipher, hash and size it was opened with"},
    CryptOpening{"LOOPAES", "cryptsetup open --type loopaes {device} {name}", needs_key},
    CryptOpening{"TCRYPT", "cryptsetup open --type tcrypt {device} {name}", needs_key},
    CryptOpening{"BITLK", "cryptsetup open --type bitlk {device} {name}", needs_key},
    CryptOpening{"FVAULT2", "cryptsetup open --type fvault2 {device} {name}", needs_key},
    // The kernel's list of what is below does not show which device has the hashes.
    CryptOpening{"VERITY", "veritysetup open DATA {name} HASH ROOTHASH",
                 "the data device, the hash device and the root hash are needed"},
    CryptOpening{"INTEGRITY", "integritysetup open {device} {name}", ""},
    CryptOpening{"TEMP", "", "it is temporary: nothing opens it again"},
};

void open_again(Step& step, const HolderGraph& graph, const Holder& node) {
  const auto* opening = std::ranges::find(crypt_openings, node.what, &CryptOpening::type);
  if (opening == crypt_openings.end()) {
    step.note = "open it again with the program that opened it";
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

/// register_quiet is content with what udevd has registered already.
void register_again(Step& step, const HolderGraph& graph, const Holder& node) {
  std::vector<std::string> members = node.members;
  // A device without a cache set is all there is; its members are the paths of a map.
  if (members.empty() || (node.bcache_member && node.group.empty())) members = {node.kname};
  for (const std::string& member : members)
    step.undo.push_back(fmt::format(
        "echo {} > /sys/fs/bcache/register_quiet",
        shell_word(member == node.kname ? node_path(node) : member_path(graph, node, member))));
}

/// wipefs names its files wipefs-NODE-OFFSET.bak, the offset with 0x.
std::string restore_signatures(const std::string& path, const std::string& folder) {
  return fmt::format(
      "for f in {}*.bak; do o=${{f##*-}}; dd if=\"$f\" {} bs=1 "
      "seek=$((${{o%.bak}})) conv=notrunc; done",
      shell_word(fmt::format("{}/wipefs-{}-0x", folder, path.substr(path.rfind('/') + 1))),
      shell_word("of=" + path));
}

/// The tools that take one operand.
void add_tool(Step& step, const HolderGraph& graph, const Holder& node) {
  switch (step.action) {
    case StepAction::swap_off:
      step.command = {"swapoff", step.subject};
      step.undo = {"swapon " + shell_word(step.subject)};
      break;
    case StepAction::close_crypt:
      step.command = operand_command({"cryptsetup", "close"}, node.dm_name);
      open_again(step, graph, node);
      break;
    case StepAction::deactivate_group:
      step.command = {"vgchange", "-an", step.subject};
      step.undo = {activate_again(step, graph)};
      break;
    case StepAction::stop_raid:
      step.command = {"mdadm", "--stop", node_path(node)};
      step.undo = {assemble_again(graph, node)};
      if (node.syncing) step.note = "it is synchronising; that is interrupted first";
      break;
    case StepAction::detach_loop:
      step.command = {"losetup", "--detach", node_path(node)};
      step.undo = {fmt::format("losetup {}{} {}", node.backing_options, shell_word(node_path(node)),
                               shell_word(node.backing))};
      break;
    default:
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
      step.undo = {scan_again(graph, *mount), mount_again(*mount, node)};
      break;
    case StepAction::wipe:
      // wipefs saves below $HOME; older ones (2.38) take no folder.
      step.command = {"env",      "HOME=" + teardown_options.wipe_backup,
                      "wipefs",   "--all",
                      "--backup", node_path(node)};
      step.undo = {restore_signatures(node_path(node), teardown_options.wipe_backup)};
      step.note = "signatures are saved first";
      break;
    case StepAction::stop_bcache:
      step.command = {"write", "1", "/sys/" + bcache_stop_attribute(node)};
      register_again(step, graph, node);
      break;
    case StepAction::remove_map:
      step.command = operand_command({"dmsetup", "remove"}, node.dm_name);
      step.undo = {create_again(graph, node)};
      break;
    case StepAction::flush_map:
      step.command = graph.multipathd_runs
                         ? std::vector<std::string>{"multipathd", "del", "map", node.dm_name}
                         : operand_command({"multipath", "flush"}, node.dm_name);
      step.undo = {create_again(graph, node)};
      break;
    default:
      add_tool(step, graph, node);
  }
  std::erase(step.undo, "");
  for (std::string& line : step.undo) line = pasteable(std::move(line));
}

}  // namespace multipath
