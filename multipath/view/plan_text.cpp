#include "multipath/view/plan_text.h"

#include <fmt/format.h>

#include "multipath/view/text.h"

namespace multipath {
std::string write_text(const SysfsWrite& write) {
  return fmt::format("{} to /sys/{} ({})", write.value, write.path, to_string(write.origin));
}

std::string render_outcomes(std::span<const Outcome> outcomes) {
  std::string text;
  for (const Outcome& outcome : outcomes) {
    const Action& action = outcome.action;
    text += fmt::format("{:<7} {}  {}\n", to_string(action.verb), printable(action.desired.name),
                        printable(action.reason));
    if (outcome.failed() && outcome.error != action.reason)
      text += fmt::format("        failed: {}\n", printable(outcome.error));
    if (loads_table(action.verb)) {
      text += fmt::format("        table: 0 {} multipath {}\n", action.desired.size_sectors,
                          format(table_of(action.desired)));
    }
    if (changes(action.verb) && !action.desired.node.empty())
      text += fmt::format("        node: {}\n", to_string(action.desired.node));
    for (const SysfsWrite& write : action.limits.writes)
      text += fmt::format("        write: {}\n", printable(write_text(write)));
    for (const std::string& remark : action.limits.remarks)
      text += fmt::format("        note: {}\n", printable(remark));
    for (const std::string& remark : outcome.remarks)
      text += fmt::format("        note: {}\n", printable(remark));
  }
  return text;
}

std::string render_partitions(std::span<const PartitionOutcome> outcomes) {
  std::string text;
  for (const PartitionOutcome& outcome : outcomes) {
    const PartitionAction& action = outcome.action;
    if (action.verb == PartitionVerb::nothing) continue;
    text += fmt::format("{:<7} {}  {}\n", to_string(action.verb), printable(action.name),
                        printable(action.reason));
    if (outcome.failed() && outcome.error != action.reason)
      text += fmt::format("        failed: {}\n", printable(outcome.error));
  }
  return text;
}

std::string render_would(std::span<const std::string> changes) {
  std::string text;
  for (const std::string& change : changes) text += "would: " + printable(change) + '\n';
  return text;
}

}  // namespace multipath
