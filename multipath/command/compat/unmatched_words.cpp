#include "multipath/command/compat/unmatched_words.h"

#include <ostream>

#include <fmt/format.h>

#include "multipath/command/options.h"
#include "multipath/command/suggestion.h"
#include "multipath/run/known_units.h"
#include "multipath/view/text.h"

namespace multipath {

void check_unmatched_words(Context& context, const std::vector<std::string>& words,
                           const PlanRun& planned, const PlanningOptions& planning_options) {
  for (const std::string& word : planned.unmatched) {
    if (names_absent_unit(context.host, planning_options.configuration, word)) {
      context.err << fmt::format("multipath: {}: this host has no path to it and no map of it\n",
                                 printable(word));
    } else if (!names_device(word)) {
      throw UsageError(unknown_unit_text(word) + suggestion_for(words));
    }
  }
}

}  // namespace multipath
