#include "multipath/planning/apply.h"

#include <algorithm>
#include <map>
#include <system_error>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "multipath/host/device_mapper.h"
#include "multipath/host/sys_writer.h"
#include "multipath/model/shell_text.h"
#include "multipath/planning/apply_lost_paths.h"

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

bool does_something(const Action& action) {
  return action.verb != Verb::nothing && action.verb != Verb::refuse;
}

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

/// Executes the action. Retries without the paths that were lost.
void execute(Writer& writer, const SysTree* sys, Outcome& outcome) {
  for (;;) {
    try {
      return writer.execute(outcome.action);
    } catch (const std::system_error& error) {
      std::vector<std::string> lost;
      if (sys != nullptr && may_be_a_lost_path(error.code()))
        lost = remove_lost_paths(*sys, outcome.action);
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

}  // namespace

std::vector<Outcome> apply(const Plan& plan, dm::DeviceMapper& device_mapper,
                           const Progress& progress, const ApplyPorts& ports) {
  std::vector<Outcome> outcomes;
  // Maps that release a path come before new maps that need the path.
  std::vector<const Action*> order;
  for (const Action& action : plan.actions) order.push_back(&action);
  std::ranges::stable_partition(order,
                                [](const Action* action) { return action->verb != Verb::create; });
  const auto count = static_cast<std::size_t>(
      std::ranges::count_if(order, [](const Action* action) { return does_something(*action); }));

  if (count == 0) {
    for (const Action* action : order) {
      outcomes.push_back({*action, action->verb == Verb::refuse ? action->reason : ""});
    }
    return outcomes;
  }
  const auto batch = device_mapper.begin_batch(ports.wait);
  Writer writer(device_mapper, *batch);
  std::map<const Action*, Outcome> renamed;
  for (const Action* action : order) {
    if (action->temporary_name.empty() || !does_something(*action)) continue;
    Outcome& outcome = renamed.emplace(action, Outcome{*action, ""}).first->second;
    try {
      writer.rename_temporarily(outcome.action);
    } catch (const std::exception& error) {
      outcome.error = error.what();
    }
  }
  std::size_t number = 0;
  for (const Action* action : order) {
    const auto found = renamed.find(action);
    Outcome outcome = found != renamed.end()
                          ? std::move(found->second)
                          : Outcome{*action, action->verb == Verb::refuse ? action->reason : ""};
    if (does_something(*action)) {
      if (progress) progress(++number, count, *action);
      if (outcome.error.empty()) outcome.error = path_in_another_map(outcome.action, outcomes);
    }
    if (does_something(*action) && outcome.error.empty()) {
      if (ports.sys_writer != nullptr) write_transport_limits(*action, *ports.sys_writer, outcome);
      execute(writer, ports.sys, outcome);
    }
    if (found != renamed.end() && outcome.failed() &&
        outcome.action.current->name == action->temporary_name)
      outcome.error += "; map is named " + action->temporary_name + " until the next run";
    outcomes.push_back(std::move(outcome));
  }
  std::string udev_error;
  try {
    batch->wait();
  } catch (const std::system_error& error) {
    udev_error = error.what();
  }
  for (Outcome& outcome : outcomes) {
    if (does_something(outcome.action)) verify(device_mapper, udev_error, outcome);
  }
  return outcomes;
}

}  // namespace multipath
