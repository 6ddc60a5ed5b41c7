#include "multipath/teardown/execute_step.h"

#include <algorithm>
#include <array>
#include <memory>
#include <sstream>
#include <system_error>

#include <fmt/format.h>

#include "multipath/teardown/execute_name_spaces.h"
#include "multipath/teardown/execute_presence.h"
#include "multipath/teardown/step_commands.h"

namespace multipath {
namespace {

using std::chrono::milliseconds;

GrowingPause retry_pause() { return {milliseconds(20), milliseconds(500)}; }

/// LVM's error for a volume group without a readable disk (lib/metadata/metadata.c).
std::string unreadable_group_error(const std::string& group) {
  return fmt::format("Volume group \"{}\" not found", group);
}

/// The error of a tool in one line: `expected` if printed, else the first line.
std::string error_line(const ToolRun& run, const std::string& expected) {
  if (run.errors.find(expected) != std::string::npos) return expected;
  for (const std::string* text : {&run.errors, &run.output}) {
    std::istringstream lines(*text);
    for (std::string line; std::getline(lines >> std::ws, line);) {
      if (line.find("WARNING") == std::string::npos) return line;
    }
  }
  return fmt::format("exit status {}", run.exit_status);
}

/// Is the tool retried? It fails at once if udev or a short-lived opener has the device open.
bool is_retried(StepAction action) {
  return action != StepAction::wipe && action != StepAction::swap_off;
}

}  // namespace

std::string find_tool(ToolRunner& tools, const std::string& name) {
  constexpr std::array<const char*, 4> folders{"/usr/sbin/", "/usr/bin/", "/sbin/", "/bin/"};
  for (const char* folder : folders) {
    if (tools.available(folder + name)) return folder + name;
  }
  return "";
}

Presence StepRun::presence() const {
  return done_ ? Presence::absent : presence_of(host_, graph_, step_, name_space_);
}

milliseconds StepRun::time_left() const {
  const auto left = std::chrono::ceil<milliseconds>(deadline_ - host_.clock.now());
  return std::max(left, milliseconds(0));
}

void StepRun::pause(milliseconds time) const { host_.clock.sleep(std::min(time, time_left())); }

/// Verifies the identity of a device: the kernel reuses names and numbers.
void StepRun::require_same_device(std::size_t index) const {
  const Holder& planned = graph_.nodes[index];
  const std::string uuid = block_attribute(host_.sys, planned.kname, "dm/uuid").value_or("");
  const std::string sequence = block_attribute(host_.sys, planned.kname, "diskseq").value_or("");
  const std::string number = block_attribute(host_.sys, planned.kname, "dev").value_or("");
  if (number.empty() &&
      host_.sys.presence("class/block/" + planned.kname + "/dev") != Presence::absent) {
    throw Failure{StepState::failed,
                  fmt::format("cannot determine whether {} is the planned device", planned.kname)};
  }
  if (number == to_string(planned.number) &&
      (uuid != planned.dm_uuid || sequence != planned.diskseq)) {
    throw Failure{StepState::failed,
                  fmt::format("{} is no longer the planned device", planned.kname)};
  }
}

void StepRun::wait_until(const std::function<bool()>& reached, const std::string& what) {
  for (GrowingPause pause = retry_pause(); !reached(); pause.grow()) {
    if (host_.clock.now() >= deadline_)
      throw Failure{StepState::timed_out, "timed out waiting until " + what};
    wait_("until " + what + reason_to_wait());
    this->pause(pause.length());
  }
}

void StepRun::run_tool(const std::vector<std::string>& command) {
  const auto failed = try_tool(command);
  if (failed) throw *failed;
}

std::optional<StepRun::Failure> StepRun::try_tool(const std::vector<std::string>& command) {
  std::vector<std::string> argv = command;
  argv.front() = find_tool(host_.tools, command.front());
  if (argv.front().empty())
    return Failure{StepState::failed, "tool " + command.front() + " not found"};
  for (GrowingPause pause = retry_pause();; pause.grow()) {
    const ToolRun run = host_.tools.run(argv, std::max(time_left(), milliseconds(100)));
    if (run.timed_out) return Failure{StepState::timed_out, command.front() + " timed out"};
    if (run.exit_status == 0 || is_gone()) return std::nullopt;
    const std::string unreadable = unreadable_group_error(step_.subject);
    const std::string text = error_line(run, unreadable);
    if (!is_retried(step_.action) || text == unreadable ||
        host_.clock.now() + pause.length() >= deadline_)
      return Failure{StepState::failed, text};
    wait_(fmt::format("{}: {}", command.front(), text));
    host_.clock.sleep(pause.length());
  }
}

/// Calls umount2(2) itself: programs from a foreign namespace must not be run. Relies on the
/// kernel's result. A mount that does not exist any more was unmounted by another program.
void StepRun::unmount_elsewhere() {
  const HolderMount* mount = mount_of(graph_, step_);
  if (name_space_ == nullptr || mount == nullptr)
    throw Failure{StepState::failed,
                  fmt::format("mount namespace {} cannot be entered", step_.name_space)};
  for (GrowingPause pause = retry_pause();; pause.grow()) {
    const auto error = name_space_->unmount(mount->mount_point, mount->id, time_left());
    done_ = !error;
    if (done_ || is_gone()) return;
    if (error == std::errc::timed_out) throw Failure{StepState::timed_out, "umount2 timed out"};
    if (error == std::errc::invalid_argument)
      throw Failure{StepState::failed,
                    "the mount is locked by another user's namespace: end the processes in the "
                    "namespace"};
    if (error != std::errc::device_or_resource_busy ||
        host_.clock.now() + pause.length() >= deadline_)
      throw Failure{StepState::failed, "umount2: " + error.message()};
    wait_(fmt::format("umount2: {}", error.message()));
    this->pause(pause.length());
  }
}

/// Runs wipefs, which saves below $HOME; versions up to 2.38 cannot choose the directory.
void StepRun::run_wipefs(const std::string& home, const char* more) {
  std::vector<std::string> command{"env", "HOME=" + home, "wipefs", "--all", "--backup"};
  if (*more != '\0') command.emplace_back(more);
  command.push_back(node_path(node()));
  run_tool(command);
}

/// The first remaining signature: "gpt at 0x200". Empty if there is none.
std::string StepRun::signatures_left() {
  const std::vector<std::string> command{find_tool(host_.tools, "wipefs"), "--parsable",
                                         node_path(node())};
  const ToolRun run = host_.tools.run(command, std::max(time_left(), milliseconds(100)));
  if (run.timed_out || run.exit_status != 0)
    throw Failure{StepState::failed, "cannot read remaining signatures: " + error_line(run, "-")};
  std::istringstream lines(run.output);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with('#') || line.empty()) continue;
    return fmt::format("{} at {}", line.substr(line.rfind(',') + 1),
                       line.substr(0, line.find(',')));
  }
  return "";
}

/// Saves the signatures, compares them with the device and syncs them before erasing the first
/// byte. The second run saves signatures that wipefs finds only after erasing others.
void StepRun::wipe() {
  constexpr std::string_view home = "HOME=";
  const std::string folder = step_.command.at(1).substr(home.size());
  const std::string device = node_path(node());
  SignatureBackup& backup = *host_.signatures;
  const std::string fresh = backup.begin(folder, device);
  const std::shared_ptr<void> at_end(nullptr, [&](void*) { backup.end(fresh); });
  run_wipefs(fresh, "--no-act");
  backup.keep(fresh, folder, device, SignatureBackup::Compare::with_device);
  run_wipefs(fresh, "");
  backup.keep(fresh, folder, device, SignatureBackup::Compare::no);
  const std::string left = signatures_left();
  if (!left.empty())
    throw Failure{StepState::failed, fmt::format("wipefs left a signature: {}", left)};
  done_ = true;
}

void StepRun::remove_map(const Holder& holder) {
  const auto batch = host_.device_mapper.begin_batch();
  for (GrowingPause pause = retry_pause();; pause.grow()) {
    try {
      host_.device_mapper.remove(holder.dm_name, *batch);
      break;
    } catch (const std::system_error& error) {
      if (error.code() == std::errc::no_such_device_or_address) return;
      if (error.code() != std::errc::device_or_resource_busy ||
          host_.clock.now() + pause.length() >= deadline_)
        throw;
      wait_(error.what());
      host_.clock.sleep(pause.length());
    }
  }
  batch->wait();
}

void StepRun::flush_map() {
  if (!graph_.multipathd_runs) return remove_map(node());
  run_tool(step_.command);
  // multipathd versions differ in exit status for "fail" and "timeout": check whether the map is
  // gone.
}

/// Deactivates a volume group. LVM deactivates only groups that it can read; the volumes of a dead
/// disk are removed as device-mapper devices, from the top.
void StepRun::deactivate_group() {
  const auto failed = try_tool(step_.command);
  if (!failed) return;
  if (failed->error != unreadable_group_error(step_.subject)) throw *failed;
  wait_("for its volumes to be removed one by one: LVM cannot read the group");
  std::vector<std::size_t> left = step_.covers;
  const auto is_top = [&](std::size_t i) {
    return std::ranges::none_of(graph_.nodes[i].used_by, [&](std::size_t upper) {
      return std::ranges::find(left, upper) != left.end();
    });
  };
  for (auto top = std::ranges::find_if(left, is_top); top != left.end();
       top = std::ranges::find_if(left, is_top)) {
    require_same_device(*top);
    if (holder_presence(host_, graph_.nodes[*top]) != Presence::absent)
      remove_map(graph_.nodes[*top]);
    left.erase(top);
  }
}

/// Writes the stop attribute. The write may fail if the device is already stopping.
void StepRun::write_stop(const std::string& attribute) {
  try {
    host_.sys_writer->write(attribute, "1");
  } catch (const std::system_error& error) {
    wait_(error.what());
  }
}

/// Stops the cache set first: stopping or detaching its bcache devices one by one triggers BUG() in
/// some kernels. Then stops the remaining members.
void StepRun::stop_bcache() {
  write_stop(bcache_stop_attribute(node()));
  if (node().group.empty()) return;
  wait_until([&] { return !host_.sys.exists("fs/bcache/" + node().group); },
             "the cache set " + node().group + " is gone");
  for (const std::string& member : node().members) {
    const std::string stop = "class/block/" + member + "/bcache/stop";
    if (host_.sys.exists(stop)) write_stop(stop);
  }
}

/// Interrupts a synchronization, which would delay the stop of an array (md_reap_sync_thread).
void StepRun::interrupt_sync() {
  try {
    host_.sys_writer->write("class/block/" + node().kname + "/md/sync_action", "frozen");
  } catch (const std::system_error&) {
    // Levels without synchronization lack the attribute; mdadm reports other errors.
  }
}

void StepRun::act() {
  switch (step_.action) {
    case StepAction::stop_bcache:
      return stop_bcache();
    case StepAction::remove_map:
      return remove_map(node());
    case StepAction::deactivate_group:
      return deactivate_group();
    case StepAction::flush_map:
      return flush_map();
    case StepAction::stop_raid:
      if (node().syncing) interrupt_sync();
      return run_tool(step_.command);
    case StepAction::wipe:
      return wipe();
    case StepAction::unmount:
      return step_.name_space == 0 ? run_tool(step_.command) : unmount_elsewhere();
    case StepAction::swap_off:
    case StepAction::close_crypt:
    case StepAction::detach_loop:
      return run_tool(step_.command);
  }
}

std::map<std::size_t, std::int32_t> StepRun::open_counts() const {
  std::map<std::size_t, std::int32_t> counts;
  // A loop device over a file opens the file, not the device below the file.
  if (step_.action == StepAction::detach_loop && !node().backing.starts_with("/dev/"))
    return counts;
  for (const std::size_t covered : step_.covers) {
    for (const std::size_t lower : graph_.nodes[covered].uses) {
      if (graph_.nodes[lower].dm_name.empty() ||
          std::ranges::find(step_.covers, lower) != step_.covers.end())
        continue;
      const auto description = host_.device_mapper.describe(graph_.nodes[lower].number);
      if (description) counts[lower] = description->open_count;
    }
  }
  return counts;
}

void StepRun::wait_for_openers() {
  for (const auto& [lower, count] : before_) {
    const Holder& holder = graph_.nodes[lower];
    wait_until(
        [&] {
          const auto description = host_.device_mapper.describe(holder.number);
          return !description || description->open_count < count;
        },
        display_name(holder) + " loses an opener");
  }
}

StepOutcome StepRun::run() {
  StepOutcome outcome{.step = step_, .state = StepState::done, .error = "", .took = {}};
  const auto begin = host_.clock.now();
  try {
    require_same_device(step_.node);
    const Presence now = presence();
    if (now == Presence::absent) {
      outcome.state = StepState::already_gone;
    } else if (now == Presence::unknown) {
      throw Failure{StepState::failed,
                    fmt::format("cannot determine whether {} still exists", printable_subject())};
    } else {
      before_ = open_counts();
      act();
      wait_until([&] { return is_gone(); }, fmt::format("{} is gone", printable_subject()));
      wait_for_openers();
    }
  } catch (const Failure& failure) {
    outcome.state = failure.state;
    outcome.error = failure.error;
  } catch (const std::system_error& error) {
    outcome.state = StepState::failed;
    outcome.error = error.what();
  }
  outcome.took = std::chrono::duration_cast<milliseconds>(host_.clock.now() - begin);
  return outcome;
}

/// The amount of dirty data that a stopping cache still has to write back.
std::string StepRun::reason_to_wait() const {
  if (step_.action != StepAction::stop_bcache) return "";
  std::string text;
  for (const std::size_t covered : step_.covers) {
    const std::string dirty =
        block_attribute(host_.sys, graph_.nodes[covered].kname, "bcache/dirty_data").value_or("");
    if (!dirty.empty()) text += fmt::format(", {} of {} dirty", dirty, graph_.nodes[covered].kname);
  }
  return text;
}

std::string StepRun::printable_subject() const {
  return step_.subject.empty() ? display_name(node()) : step_.subject;
}

}  // namespace multipath
