#include "multipath/command/compat/unmatched_words.h"

#include <algorithm>
#include <cctype>
#include <ostream>

#include <fmt/format.h>

#include "multipath/command/options.h"
#include "multipath/command/suggestion.h"
#include "multipath/config/bindings_file.h"
#include "multipath/planning/explain.h"
#include "multipath/view/text.h"

namespace multipath {
namespace {

/// No verb and hardly an alias looks like this, every WWID does.
bool has_form_of_wwid(const std::string& word) {
  constexpr std::size_t shortest = 16;
  return word.size() >= shortest && Wwid::from_text(word) &&
         std::ranges::any_of(word, [](unsigned char byte) { return std::isdigit(byte) != 0; });
}

bool is_in_multipaths(const Configuration& configuration, const std::string& word) {
  return std::ranges::any_of(configuration.multipaths(), [&](const ConfSection& section) {
    return section.value_of("alias") == word || section.value_of("wwid") == word;
  });
}

bool is_in_bindings(const Context& context, const Configuration& configuration,
                    const std::string& word) {
  const std::string file = configuration.globals().bindings_file.value;
  const Bindings bindings = parse_bindings(context.host.state_files->read(file).value_or(""), file);
  return bindings.of_alias(word) != nullptr || bindings.of_wwid(word) != nullptr;
}

}  // namespace

bool names_absent_unit(const Context& context, const std::string& word,
                       const PlanningOptions& planning_options) {
  const auto wwid = Wwid::from_text(word);
  return (wwid && planning_options.known_units.contains(*wwid)) || has_form_of_wwid(word) ||
         is_in_multipaths(planning_options.configuration, word) ||
         is_in_bindings(context, planning_options.configuration, word);
}

void check_unmatched_words(Context& context, const std::vector<std::string>& words,
                           const PlanRun& planned, const PlanningOptions& planning_options) {
  for (const std::string& word : planned.unmatched) {
    if (names_absent_unit(context, word, planning_options)) {
      context.err << fmt::format("multipath: {}: this host has no path to it and no map of it\n",
                                 printable(word));
    } else if (!names_device(word)) {
      throw UsageError(fmt::format(
          "'{}' is not a valid argument: this host has no device, map, WWID or alias of that "
          "name{}",
          word, suggestion_for(words)));
    }
  }
}

void report_units_without_map(Context& context, const std::vector<Target>& targets,
                              const PlanRun& planned, const PlanningOptions& planning_options) {
  const Evidence evidence{planned.paths, planned.maps, planned.plan, planning_options,
                          planned.traces};
  for (const Target& target : targets) {
    for (const Path& path : planned.paths) {
      if (!target.matches(path)) continue;
      const Explanation explanation = explain_path(target.word, path, evidence);
      if (explanation.answer == Explanation::Answer::no_map)
        context.err << fmt::format("multipath: {}: {}\n", printable(target.word),
                                   printable(explanation.conclusion));
      break;
    }
  }
}

}  // namespace multipath
