#include "multipath/view/plan_text.h"

#include <fmt/format.h>

#include "multipath/view/text.h"

namespace multipath {
namespace {

bool loads_table(Verb verb) {
  return verb == Verb::create || verb == Verb::reload || verb == Verb::resize;
}

}  // namespace

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
  }
  return text;
}

}  // namespace multipath
