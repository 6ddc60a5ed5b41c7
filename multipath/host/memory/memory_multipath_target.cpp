#include "multipath/host/memory/memory_multipath_target.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <vector>

#include <fmt/format.h>

#include "multipath/model/number_text.h"

namespace dm {
namespace {

using multipath::MultipathTable;

/// How many arguments a path has in a table and in a status (drivers/md/dm-ps-*.c).
struct Selector {
  std::string_view name;
  std::size_t argument_count;  ///< each defaults to "1"
  std::size_t status_count;
  std::string_view status;
};
constexpr std::array<Selector, 4> selectors{{
    {"service-time", 2, 2, "0 1 "},
    {"queue-length", 1, 1, "0 "},
    {"round-robin", 1, 0, ""},
    {"historical-service-time", 1, 2, "0 0 "},
}};

const Selector* find_selector(std::string_view name) {
  const auto found = std::find_if(selectors.begin(), selectors.end(),
                                  [&](const Selector& entry) { return entry.name == name; });
  return found == selectors.end() ? nullptr : &*found;
}

/// Features as in multipath.conf(5); the value of a feature is the next word.
bool known_features(const std::vector<std::string>& words) {
  for (std::size_t i = 0; i < words.size(); ++i) {
    const auto& word = words[i];
    if (word == "queue_if_no_path" || word == "retain_attached_hw_handler") continue;
    if (word != "pg_init_retries" && word != "pg_init_delay_msecs" && word != "queue_mode")
      return false;
    if (++i == words.size()) return false;
  }
  return true;
}

bool acceptable(const MultipathTable& table) {
  if (!known_features(table.features)) return false;
  if ((table.initial_group == 0) != table.groups.empty()) return false;
  return std::all_of(table.groups.begin(), table.groups.end(), [](const auto& group) {
    const auto* selector = find_selector(group.selector);
    return selector != nullptr && !group.paths.empty() &&
           std::all_of(group.paths.begin(), group.paths.end(), [&](const auto& path) {
             return path.arguments.size() <= selector->argument_count;
           });
  });
}

}  // namespace

std::optional<MemoryMultipathTarget> MemoryMultipathTarget::from_parameters(
    std::string_view parameters) {
  auto table = multipath::parse_multipath_table(parameters);
  if (!table || !acceptable(*table)) return std::nullopt;
  // The kernel keeps only the handler's name and drops its arguments after use.
  if (table->hardware_handler.size() > 1) table->hardware_handler.resize(1);
  for (auto& group : table->groups) {
    const auto arguments = find_selector(group.selector)->argument_count;
    for (auto& path : group.paths) path.arguments.resize(arguments, "1");
  }
  MemoryMultipathTarget target(std::move(*table));
  target.set_queueing(multipath::queues_if_no_path(target.table_));
  return target;
}

std::string MemoryMultipathTarget::table() const { return multipath::format(table_) + ' '; }

std::string MemoryMultipathTarget::status() const {
  auto text = fmt::format("2 {} 0 0 {} {} ", active_group_ == 0 ? 1 : 0, table_.groups.size(),
                          table_.initial_group);
  for (std::size_t i = 1; i <= table_.groups.size(); ++i) {
    const auto& group = table_.groups[i - 1];
    const char state = disabled_groups_.contains(i) ? 'D' : (i == active_group_ ? 'A' : 'E');
    const auto* selector = find_selector(group.selector);
    text += fmt::format("{} 0 {} {} ", state, group.paths.size(), selector->status_count);
    for (const auto& path : group.paths) {
      const auto count = fail_counts_.find(path.number);
      text += fmt::format("{} {} {} {}", to_string(path.number),
                          failed_.contains(path.number) ? 'F' : 'A',
                          count == fail_counts_.end() ? 0 : count->second, selector->status);
    }
  }
  return text;
}

void MemoryMultipathTarget::take_over(const multipath::MultipathStatus& status) {
  for (std::size_t i = 0; i < status.groups.size(); ++i) {
    const auto& group = status.groups[i];
    if (group.status == multipath::GroupStatus::disabled) disabled_groups_.insert(i + 1);
    if (group.status == multipath::GroupStatus::active) active_group_ = i + 1;
    for (const auto& path : group.paths) {
      if (path.state == multipath::PathDmState::failed) failed_.insert(path.number);
      fail_counts_[path.number] = path.fail_count;
    }
  }
}

void MemoryMultipathTarget::set_queueing(bool wanted) {
  std::erase(table_.features, "queue_if_no_path");
  if (!wanted) return;
  table_.features.emplace_back("queue_if_no_path");  // the kernel lists it first
  std::rotate(table_.features.begin(), table_.features.end() - 1, table_.features.end());
}

int MemoryMultipathTarget::change_group(std::string_view verb, std::string_view number) {
  const auto index = multipath::parse_number<std::size_t>(number);
  if (!index || *index == 0 || *index > table_.groups.size()) return EINVAL;
  if (verb == "disable_group") {
    disabled_groups_.insert(*index);
  } else if (verb == "enable_group") {
    disabled_groups_.erase(*index);
  } else {
    // switch_pg_num(): groups up to the chosen one are no longer skipped.
    for (std::size_t i = 1; i <= *index; ++i) disabled_groups_.erase(i);
    table_.initial_group = static_cast<std::uint32_t>(*index);
    active_group_ = 0;
  }
  return 0;
}

int MemoryMultipathTarget::change_path(std::string_view verb, std::string_view number) {
  const auto device = multipath::parse_device_number(number);
  const bool known =
      device && std::any_of(table_.groups.begin(), table_.groups.end(), [&](const auto& group) {
        return std::any_of(group.paths.begin(), group.paths.end(),
                           [&](const auto& path) { return path.number == *device; });
      });
  if (!known) return EINVAL;
  if (verb == "reinstate_path") {
    failed_.erase(*device);
  } else if (failed_.insert(*device).second) {
    ++fail_counts_[*device];
  }
  return 0;
}

int MemoryMultipathTarget::message(std::string_view text) {
  if (text == "queue_if_no_path" || text == "fail_if_no_path") {
    set_queueing(text == "queue_if_no_path");
    return 0;
  }
  const auto blank = text.find(' ');
  if (blank == text.npos) return EINVAL;
  const auto verb = text.substr(0, blank);
  const auto argument = text.substr(blank + 1);
  if (verb == "disable_group" || verb == "enable_group" || verb == "switch_group")
    return change_group(verb, argument);
  if (verb == "fail_path" || verb == "reinstate_path") return change_path(verb, argument);
  return EINVAL;
}

}  // namespace dm
