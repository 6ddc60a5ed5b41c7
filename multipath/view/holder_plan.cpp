#include "multipath/view/holder_plan.h"

#include <fmt/format.h>

#include "multipath/model/shell_text.h"
#include "multipath/view/text.h"

namespace multipath {

std::string render_command(const Step& step) {
  // No tool stops bcache: print the write to its sysfs attribute.
  if (step.command.size() == 3 && step.command.front() == "write")
    return pasteable(
        fmt::format("echo {} > {}", shell_word(step.command[1]), shell_word(step.command[2])));
  // No command unmounts in another namespace. The words are quoted in case they are pasted.
  if (step.name_space != 0)
    return pasteable(fmt::format("(umount2 of {} in mount namespace {}, by this program)",
                                 shell_word(step.subject), step.name_space));
  return pasteable(shell_line(step.command));
}

std::string render_plan(const std::vector<Step>& steps) {
  if (steps.empty()) return "nothing to take down\n";
  std::string text;
  std::size_t number = 0;
  for (const Step& step : steps) {
    text +=
        fmt::format("{:>3}  level {}  {}  {}  {} {}\n", ++number, step.level, printable(step.name),
                    step.dev_type, to_string(step.action), printable(step.subject));
    text += fmt::format("      do:   {}\n", render_command(step));
    for (const std::string& line : step.undo)
      text += fmt::format("      back: {}\n", printable(line));
    if (!step.note.empty()) text += fmt::format("      note: {}\n", printable(step.note));
  }
  return text;
}

std::string render_blockers(const std::vector<Blocker>& blockers) {
  std::string text;
  std::size_t number = 0;
  for (const Blocker& blocker : blockers) {
    text += fmt::format("  b{} {}: {}\n      seen in {}; remedy: {}\n", ++number, blocker.code,
                        printable(blocker.detail), printable(blocker.source),
                        printable(blocker.remedy));
  }
  return text;
}

std::string render_undo(const std::vector<Step>& steps) {
  std::string text;
  for (auto step = steps.rbegin(); step != steps.rend(); ++step) {
    for (const std::string& line : step->undo) text += printable(line) + "\n";
    if (step->undo.empty() && !step->note.empty())
      text += printable(fmt::format("# {}: {}", step->subject, step->note)) + "\n";
  }
  return text;
}

}  // namespace multipath
