#include "multipath/planning/apply.h"

#include <algorithm>
#include <map>
#include <system_error>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "multipath/host/device_mapper.h"
#include "multipath/host/sys_tree.h"
#include "multipath/host/sys_writer.h"
#include "multipath/model/shell_text.h"

namespace multipath {
namespace {

dm::Table dm_table(std::uint64_t sectors, const MultipathTable& table) {
  return {{0, sectors, "multipath", format(table)}};
}

dm::Access access_of(bool read_only) {
  return read_only ? dm::Access::read_only : dm::Access::read_write;
}

/// Runs `write` with read-write access, and again with read-only access if a path is read-only.
template <typename Write>
void with_access(bool read_only, Write write) {
  try {
    write(access_of(read_only));
  } catch (const std::system_error& error) {
    if (read_only || error.code() != std::errc::read_only_file_system) throw;
    write(dm::Access::read_only);
  }
}

/// Calls `undo` when it goes out of scope before dismiss().
class Rollback {
 public:
  explicit Rollback(std::function<void()> undo) : undo_(std::move(undo)) {}
  Rollback(const Rollback&) = delete;
  Rollback& operator=(const Rollback&) = delete;
  ~Rollback() {
    if (!undo_) return;
    try {
      undo_();
    } catch (const std::exception&) {
      // The first error is reported; the check after the run reports the remaining problem.
    }
  }
  void dismiss() { undo_ = nullptr; }

 private:
  std::function<void()> undo_;
};

class Writer {
 public:
  Writer(dm::DeviceMapper& device_mapper, dm::UdevBatch& batch)
      : dm_(device_mapper), batch_(batch) {}

  void execute(const Action& action) {
    switch (action.verb) {
      case Verb::create:
        return create(action);
      case Verb::rename:
      case Verb::reload:
      case Verb::resize:
        return change(action);
      case Verb::nothing:
      case Verb::refuse:
        return;
    }
  }

  /// Renames the map to its temporary name, so that another map can get its current name.
  void rename_temporarily(Action& action) {
    CurrentMap& current = *action.current;
    const std::string& temporary = action.temporary_name;
    std::vector<PartitionRename> renames, partitions = action.partition_renames;
    for (PartitionRename& partition : partitions) {
      std::string renamed = temporary + partition.to.substr(action.desired.name.size());
      if (partition.from != renamed) renames.push_back({partition.from, renamed});
      partition.from = std::move(renamed);
    }
    renames.push_back({current.name, temporary});
    rename(std::move(renames), [] {});
    current.name = temporary;
    action.partition_renames = std::move(partitions);
  }

 private:
  /// Faulty alone counts here, not works(): udev must not take a map for unusable, and drop what
  /// stands on it, for paths that are pending or were not asked.
  static dm::UdevFlags flags_for(const Action& action) {
    const bool usable = std::ranges::any_of(action.desired.groups, [](const PathGroup& group) {
      return std::ranges::any_of(
          group.paths, [](const Path& path) { return path.checker_state != CheckerState::faulty; });
    });
    return {.skip_partitions = action.desired.skip_partitions,
            .no_usable_path = !usable,
            .reload = action.verb == Verb::reload};
  }

  void create(const Action& action) {
    const Map& map = action.desired;
    with_access(map.read_only, [&](dm::Access access) {
      dm_.create({map.name, map_uuid(map.wwid), dm_table(map.size_sectors, table_of(map)), access,
                  map.node},
                 flags_for(action), batch_);
    });
  }

  /// Applies the renames in order and calls `then`. Reverts the renames if anything fails.
  template <typename Then>
  void rename(std::vector<PartitionRename> renames, Then then) {
    std::vector<PartitionRename> done;
    Rollback revert_names([&] {
      for (auto rename = done.rbegin(); rename != done.rend(); ++rename) {
        const Rollback revert_name([&] { dm_.rename(rename->to, rename->from, {}, batch_); });
      }
    });
    for (PartitionRename& names : renames) {
      dm_.rename(names.from, names.to, {}, batch_);
      done.push_back(std::move(names));
    }
    then();
    revert_names.dismiss();
  }

  void change(const Action& action) {
    std::vector<PartitionRename> renames;
    for (const PartitionRename& partition : action.partition_renames)
      if (partition.from != partition.to) renames.push_back(partition);
    if (action.renames()) renames.push_back({action.current->name, action.desired.name});
    rename(std::move(renames), [&] {
      if (action.verb != Verb::rename) swap_table(action, action.desired.name);
    });
  }

  void swap_table(const Action& action, const std::string& name) {
    const Map& map = action.desired;
    Rollback drop_inactive([&] { dm_.clear(name); });
    with_access(map.read_only, [&](dm::Access access) {
      dm_.load(name, dm_table(map.size_sectors, table_of(map)), access);
    });
    // The kernel suspends, swaps and resumes within one call. Flushing fails queued I/O if no path
    // is usable, so flush only for a resize: requests beyond the old end must not stay in the
    // target.
    const dm::Flush flush = action.verb == Verb::resize ? dm::Flush::yes : dm::Flush::no;
    Rollback resume([&] { resume_if_suspended(name); });
    dm_.resume(name, flush, flags_for(action), batch_);
    resume.dismiss();
    drop_inactive.dismiss();
  }

  /// Resumes a map that a failed resume left suspended with its old table.
  void resume_if_suspended(const std::string& name) {
    const auto description = dm_.describe(name);
    if (!description || !description->suspended) return;
    if (description->inactive_table) dm_.clear(name);
    dm_.resume(name, dm::Flush::no, {}, batch_);
  }

  dm::DeviceMapper& dm_;
  dm::UdevBatch& batch_;
};

/// The problem of a map after the run; empty if there is none.
std::string problem_of_map(dm::DeviceMapper& device_mapper, const std::string& name,
                           const std::string& uuid) {
  try {
    const auto description = device_mapper.describe(name);
    if (!description) return fmt::format("map {} is missing after the run", name);
    if (!description->live_table)
      return fmt::format("map {} has no live table after the run", name);
    if (description->suspended) {
      return fmt::format("map {} is still suspended after the run; `{}` resumes it", name,
                         pasteable(shell_line("dmsetup resume", name)));
    }
    if (description->uuid != uuid) {
      return fmt::format("map {} has another uuid after the run: {}", name, description->uuid);
    }
    return "";
  } catch (const std::system_error& error) {
    return error.what();
  }
}

/// Verifies that the loaded table is live, even if all calls succeeded. Empty if it is.
std::string problem_of_table(dm::DeviceMapper& device_mapper, const Action& action) {
  if (action.verb == Verb::rename) return "";
  const Map& map = action.desired;
  try {
    const auto description = device_mapper.describe(map.name);
    if (description && description->inactive_table)
      return fmt::format("map {} still uses its old table after the run", map.name);
    const auto table = device_mapper.table(map.name);
    if (!table || table->size() != 1 || table->front().type != "multipath")
      return fmt::format("map {} has no live multipath table after the run", map.name);
    if (table->front().length != map.size_sectors)
      return fmt::format("map {} has {} sectors after the run, expected {}", map.name,
                         table->front().length, map.size_sectors);
    return "";
  } catch (const std::system_error& error) {
    return error.what();
  }
}

/// Verifies the map of an outcome: after success it must match the plan, after a failure it must be
/// unchanged.
void verify(dm::DeviceMapper& device_mapper, const std::string& udev_error, Outcome& outcome) {
  const Action& action = outcome.action;
  if (!outcome.failed()) {
    outcome.error =
        problem_of_map(device_mapper, action.desired.name, map_uuid(action.desired.wwid));
    if (outcome.error.empty()) outcome.error = problem_of_table(device_mapper, action);
    if (outcome.error.empty()) outcome.error = udev_error;
  } else if (action.current && action.current->has_live_table && !action.current->suspended) {
    const std::string left =
        problem_of_map(device_mapper, action.current->name, action.current->uuid);
    if (!left.empty()) outcome.error += "; " + left;
  }
}

/// Sets the limits before the table is loaded: the map inherits max_sectors_kb from its paths.
void write_transport_limits(const Action& action, SysWriter& sysfs, Outcome& outcome) {
  for (const SysfsWrite& write : action.limits.writes) {
    try {
      sysfs.write(write.path, write.value);
    } catch (const std::system_error& error) {
      outcome.remarks.emplace_back(error.what());
    }
  }
}

/// Did loading a table fail because a path cannot be opened (drivers/md/dm-table.c, dm_get_device)?
bool may_be_a_lost_path(const std::error_code& code) {
  return code == std::errc::no_such_device_or_address || code == std::errc::no_such_device;
}

bool is_lost(const SysTree& sys, const Path& path) {
  const std::string disk = "class/block/" + path.kname;
  if (read_attribute(sys, disk + "/dev") != to_string(path.number)) return true;
  const bool is_dasd = path.bus() == Bus::ccw;
  const auto state = read_attribute(sys, disk + (is_dasd ? "/device/status" : "/device/state"));
  if (is_dasd) return state != "online";
  return !state || !takes_io(parse_device_state(*state));
}

/// Removes from the action's map the paths that disappeared or went offline since they answered:
/// the kernel rejects a table that contains such a path. Keeps the paths of the current map, which
/// the kernel has open. Returns the kernel names of the removed paths. If no path would remain,
/// removes none.
std::vector<std::string> remove_lost_paths(const SysTree& sys, Action& action) {
  std::vector<std::string> lost;
  std::vector<PathGroup> groups = action.desired.groups;
  for (PathGroup& group : groups) {
    std::erase_if(group.paths, [&](const Path& path) {
      if ((action.current && has_path(*action.current, path.number)) || !is_lost(sys, path))
        return false;
      lost.push_back(path.kname);
      return true;
    });
  }
  std::erase_if(groups, [](const PathGroup& group) { return group.paths.empty(); });
  if (groups.empty()) return {};
  action.desired.groups = std::move(groups);
  return lost;
}

/// The reason why the action must fail: a path that another map failed to release. Empty if none.
std::string path_in_another_map(const Action& action, const std::vector<Outcome>& outcomes) {
  std::map<DeviceNumber, const CurrentMap*> kept;
  for (const Outcome& outcome : outcomes) {
    if (!outcome.failed() || !outcome.action.current) continue;
    for (const DeviceNumber number : path_numbers(*outcome.action.current))
      kept.emplace(number, &*outcome.action.current);
  }
  if (kept.empty()) return "";
  for (const PathGroup& group : action.desired.groups) {
    for (const Path& path : group.paths) {
      const auto owner = kept.find(path.number);
      const bool of_another = owner != kept.end() &&
                              owner->second->uuid != map_uuid(action.desired.wwid) &&
                              !(action.current && has_path(*action.current, path.number));
      if (of_another) {
        return fmt::format("{} is still a path of map {} and cannot be added to another map",
                           path.kname, owner->second->name);
      }
    }
  }
  return "";
}

bool comes_before(const Action* action) { return action->verb != Verb::create; }

/// The actions in the order of execution: maps that release a path come before new maps that need
/// the path.
std::vector<const Action*> in_order(const Plan& plan) {
  std::vector<const Action*> order;
  for (const Action& action : plan.actions) order.push_back(&action);
  std::ranges::stable_partition(order, comes_before);
  return order;
}

/// The outcome of an action before it is executed: a rejected action has failed.
Outcome before_execution(const Action& action) {
  return {action, action.verb == Verb::refuse ? action.reason : ""};
}

/// Executes the actions of a plan within one batch of udev. The steps are called in their order.
class Execution {
 public:
  Execution(std::vector<const Action*> order, dm::DeviceMapper& device_mapper,
            const ApplyPorts& ports, const Progress& progress)
      : order_(std::move(order)), dm_(device_mapper), ports_(ports), progress_(progress) {
    count_ = static_cast<std::size_t>(
        std::ranges::count_if(order_, [](const Action* action) { return changes(action->verb); }));
  }

  bool is_empty() const { return count_ == 0; }

  std::vector<Outcome> unchanged() const {
    std::vector<Outcome> outcomes;
    for (const Action* action : order_) outcomes.push_back(before_execution(*action));
    return outcomes;
  }

  std::vector<Outcome> run() {
    const auto batch = dm_.begin_batch(ports_.wait);
    Writer writer(dm_, *batch);
    free_names(writer);
    std::size_t number = 0;
    for (const Action* action : order_) {
      if (changes(action->verb) && progress_) progress_(++number, count_, *action);
      execute(writer, *action);
    }
    const std::string udev_error = wait(*batch);
    for (Outcome& outcome : outcomes_)
      if (changes(outcome.action.verb)) verify(dm_, udev_error, outcome);
    return std::move(outcomes_);
  }

 private:
  /// Renames the maps whose names other maps get to their temporary names.
  void free_names(Writer& writer) {
    for (const Action* action : order_) {
      if (action->temporary_name.empty() || !changes(action->verb)) continue;
      Outcome& outcome = renamed_.emplace(action, Outcome{*action, ""}).first->second;
      try {
        writer.rename_temporarily(outcome.action);
      } catch (const std::exception& error) {
        outcome.error = error.what();
      }
    }
  }

  void execute(Writer& writer, const Action& action) {
    const auto renamed = renamed_.find(&action);
    Outcome outcome =
        renamed != renamed_.end() ? std::move(renamed->second) : before_execution(action);
    if (changes(action.verb)) {
      if (outcome.error.empty()) outcome.error = path_in_another_map(outcome.action, outcomes_);
      if (outcome.error.empty()) {
        write_transport_limits(action, ports_.sys_writer, outcome);
        write_table(writer, outcome);
      }
    }
    if (renamed != renamed_.end() && outcome.failed() &&
        outcome.action.current->name == action.temporary_name)
      outcome.error += "; map is named " + action.temporary_name + " until the next run";
    outcomes_.push_back(std::move(outcome));
  }

  /// Executes the action. Retries without the paths that were lost.
  void write_table(Writer& writer, Outcome& outcome) const {
    for (;;) {
      try {
        return writer.execute(outcome.action);
      } catch (const std::system_error& error) {
        std::vector<std::string> lost;
        if (may_be_a_lost_path(error.code())) lost = remove_lost_paths(ports_.sys, outcome.action);
        if (lost.empty()) {
          outcome.error = error.what();
          return;
        }
        outcome.remarks.push_back(
            fmt::format("left out paths that were lost during the run: {}", fmt::join(lost, " ")));
      } catch (const std::exception& error) {
        outcome.error = error.what();
        return;
      }
    }
  }

  /// The error of udev; empty if there is none.
  static std::string wait(dm::UdevBatch& batch) {
    try {
      batch.wait();
      return "";
    } catch (const std::system_error& error) {
      return error.what();
    }
  }

  std::vector<const Action*> order_;
  std::size_t count_ = 0;  ///< actions that change something
  dm::DeviceMapper& dm_;
  const ApplyPorts& ports_;
  const Progress& progress_;
  std::map<const Action*, Outcome> renamed_;  ///< maps with temporary names
  std::vector<Outcome> outcomes_;
};

}  // namespace

std::vector<Outcome> apply(const Plan& plan, dm::DeviceMapper& device_mapper,
                           const Progress& progress, const ApplyPorts& ports) {
  Execution execution(in_order(plan), device_mapper, ports, progress);
  return execution.is_empty() ? execution.unchanged() : execution.run();
}

}  // namespace multipath
