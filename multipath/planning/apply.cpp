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

/// Runs `write` for reading and writing, and once more read-only where the kernel says that a path
/// can not be written.
template <typename Write>
void with_access(bool read_only, Write write) {
  try {
    write(access_of(read_only));
  } catch (const std::system_error& error) {
    if (read_only || error.code() != std::errc::read_only_file_system) throw;
    write(dm::Access::read_only);
  }
}

/// Undoes what began and did not end, when it goes out of scope before dismiss().
class PutBack {
 public:
  explicit PutBack(std::function<void()> undo) : undo_(std::move(undo)) {}
  PutBack(const PutBack&) = delete;
  PutBack& operator=(const PutBack&) = delete;
  ~PutBack() {
    if (!undo_) return;
    try {
      undo_();
    } catch (const std::exception&) {
      // The first error is on its way to the user; the check after the run adds what is left.
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

  void carry_out(const Action& action) {
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

  /// Gives the map its name of meanwhile, so that another map can have the one that it has.
  void step_aside(Action& action) {
    CurrentMap& current = *action.current;
    const std::string& meanwhile = action.name_meanwhile;
    std::vector<PartitionRename> renames, partitions = action.partition_renames;
    for (PartitionRename& partition : partitions) {
      std::string aside = meanwhile + partition.to.substr(action.desired.name.size());
      if (partition.from != aside) renames.push_back({partition.from, aside});
      partition.from = std::move(aside);
    }
    renames.push_back({current.name, meanwhile});
    rename(std::move(renames), [] {});
    current.name = meanwhile;
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

  /// Renames one after the other, and back where one fails or `then` does.
  template <typename Then>
  void rename(std::vector<PartitionRename> renames, Then then) {
    std::vector<PartitionRename> done;
    PutBack names_back([&] {
      for (auto rename = done.rbegin(); rename != done.rend(); ++rename) {
        const PutBack one([&] { dm_.rename(rename->to, rename->from, {}, batch_); });
      }
    });
    for (PartitionRename& names : renames) {
      dm_.rename(names.from, names.to, {}, batch_);
      done.push_back(std::move(names));
    }
    then();
    names_back.dismiss();
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
    PutBack drop_inactive([&] { dm_.clear(name); });
    with_access(map.read_only, [&](dm::Access access) {
      dm_.load(name, dm_table(map.size_sectors, table_of(map)), access);
    });
    // The kernel suspends, swaps and resumes within one call. Flushing would fail queued I/O when
    // no path works, so only another size asks for it: requests beyond the old end must not wait in
    // the target.
    const dm::Flush flush = action.verb == Verb::resize ? dm::Flush::yes : dm::Flush::no;
    PutBack run_again([&] { resume_if_suspended(name); });
    dm_.resume(name, flush, flags_for(action), batch_);
    run_again.dismiss();
    drop_inactive.dismiss();
  }

  /// A resume that failed half-way leaves the map suspended with its old table.
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

/// What is wrong with a map after the run; empty when nothing is.
std::string what_is_wrong(dm::DeviceMapper& device_mapper, const std::string& name,
                          const std::string& uuid) {
  try {
    const auto description = device_mapper.describe(name);
    if (!description) return fmt::format("map {} is not there after the run", name);
    if (!description->live_table)
      return fmt::format("map {} has no live table after the run", name);
    if (description->suspended) {
      return fmt::format("map {} is still suspended after the run; `{}` resumes it", name,
                         pasteable(shell_line("dmsetup resume", name)));
    }
    if (description->uuid != uuid) {
      return fmt::format("map {} is another one after the run, with uuid {}", name,
                         description->uuid);
    }
    return "";
  } catch (const std::system_error& error) {
    return error.what();
  }
}

/// Is the table that was loaded the one in use? That the calls succeeded is not all there is to see.
std::string what_is_wrong_with_table(dm::DeviceMapper& device_mapper, const Action& action) {
  if (action.verb == Verb::rename) return "";
  const Map& map = action.desired;
  try {
    const auto description = device_mapper.describe(map.name);
    if (description && description->inactive_table)
      return fmt::format("map {} still has its former table in use after the run", map.name);
    const auto table = device_mapper.table(map.name);
    if (!table || table->size() != 1 || table->front().type != "multipath")
      return fmt::format("map {} has no multipath table in use after the run", map.name);
    if (table->front().length != map.size_sectors)
      return fmt::format("map {} has {} sectors after the run, not {}", map.name,
                         table->front().length, map.size_sectors);
    return "";
  } catch (const std::system_error& error) {
    return error.what();
  }
}

/// Completes an outcome by a look at the map: one that was done must be right, one that failed must
/// be what it was before.
void verify(dm::DeviceMapper& device_mapper, const std::string& udev_trouble, Outcome& outcome) {
  const Action& action = outcome.action;
  if (!outcome.failed()) {
    outcome.error =
        what_is_wrong(device_mapper, action.desired.name, map_uuid(action.desired.wwid));
    if (outcome.error.empty()) outcome.error = what_is_wrong_with_table(device_mapper, action);
    if (outcome.error.empty()) outcome.error = udev_trouble;
  } else if (action.current && action.current->has_live_table && !action.current->suspended) {
    const std::string left =
        what_is_wrong(device_mapper, action.current->name, action.current->uuid);
    if (!left.empty()) outcome.error += "; " + left;
  }
}

/// The limits come first: a map takes over its paths' max_sectors_kb when its table is loaded.
void tell_transports(const Action& action, SysWriter& sysfs, Outcome& outcome) {
  for (const SysfsWrite& write : action.limits.writes) {
    try {
      sysfs.write(write.path, write.value);
    } catch (const std::system_error& error) {
      outcome.remarks.emplace_back(error.what());
    }
  }
}

/// What loading a table ends in when one of its paths can not be opened (drivers/md/dm-table.c, dm_get_device).
bool may_be_a_lost_path(const std::error_code& code) {
  return code == std::errc::no_such_device_or_address || code == std::errc::no_such_device;
}

/// Why the action must wait: a map that was to lose a path first, and could not, still has it.
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
        return fmt::format("{} is still a path of map {}, so it gets into no other one", path.kname,
                           owner->second->name);
      }
    }
  }
  return "";
}

/// Once more whenever paths turn out to be lost.
void carry_out(Writer& writer, const SysTree* sys, Outcome& outcome) {
  for (;;) {
    try {
      return writer.carry_out(outcome.action);
    } catch (const std::system_error& error) {
      std::vector<std::string> lost;
      if (sys != nullptr && may_be_a_lost_path(error.code()))
        lost = leave_out_lost_paths(*sys, outcome.action);
      if (lost.empty()) {
        outcome.error = error.what();
        return;
      }
      outcome.remarks.push_back(
          fmt::format("went or was taken out of use since it answered, and is left out: {}",
                      fmt::join(lost, " ")));
    } catch (const std::exception& error) {
      outcome.error = error.what();
      return;
    }
  }
}

}  // namespace

std::vector<Outcome> apply(const Plan& plan, dm::DeviceMapper& device_mapper,
                           const Progress& progress, const ApplyPorts& means) {
  std::vector<Outcome> outcomes;
  // Maps that lose a path come before those that take it over.
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
  const auto batch = device_mapper.begin_batch(means.wait);
  Writer writer(device_mapper, *batch);
  std::map<const Action*, Outcome> aside;
  for (const Action* action : order) {
    if (action->name_meanwhile.empty() || !does_something(*action)) continue;
    Outcome& outcome = aside.emplace(action, Outcome{*action, ""}).first->second;
    try {
      writer.step_aside(outcome.action);
    } catch (const std::exception& error) {
      outcome.error = error.what();
    }
  }
  std::size_t number = 0;
  for (const Action* action : order) {
    const auto stepped = aside.find(action);
    Outcome outcome = stepped != aside.end()
                          ? std::move(stepped->second)
                          : Outcome{*action, action->verb == Verb::refuse ? action->reason : ""};
    if (does_something(*action)) {
      if (progress) progress(++number, count, *action);
      if (outcome.error.empty()) outcome.error = path_in_another_map(outcome.action, outcomes);
    }
    if (does_something(*action) && outcome.error.empty()) {
      if (means.sys_writer != nullptr) tell_transports(*action, *means.sys_writer, outcome);
      carry_out(writer, means.sys, outcome);
    }
    if (stepped != aside.end() && outcome.failed() &&
        outcome.action.current->name == action->name_meanwhile)
      outcome.error += "; it is named " + action->name_meanwhile + " until the next run";
    outcomes.push_back(std::move(outcome));
  }
  std::string udev_trouble;
  try {
    batch->wait();
  } catch (const std::system_error& error) {
    udev_trouble = error.what();
  }
  for (Outcome& outcome : outcomes) {
    if (does_something(outcome.action)) verify(device_mapper, udev_trouble, outcome);
  }
  return outcomes;
}

}  // namespace multipath
