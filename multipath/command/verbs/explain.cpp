#include <algorithm>
#include <ostream>

#include "multipath/command/configuration.h"
#include "multipath/command/options.h"
#include "multipath/command/report.h"
#include "multipath/command/verbs.h"
#include "multipath/run/explain_run.h"
#include "multipath/view/explanation_text.h"
#include "multipath/view/json_explanation.h"

namespace multipath {
namespace {

struct ExplainOptions : SharedOptions {
  void declare(Options& options) {
    declare_output(options);
    declare_questions(options);
  }

  void check() const {
    if (std::ranges::find(words, "") != words.end())
      throw UsageError("an argument is empty; expected DEVICE|MAP|WWID");
  }
};

ExitStatus run(Context& context, const ExplainOptions& explain) {
  const auto configuration = load_configuration_or_report(context, "explain", default_verbosity);
  if (!configuration) return ExitStatus::configuration_errors;
  DiscoveryOptions discovery_options = explain.discovery_options(*configuration);
  discovery_options.tracing = Tracing::yes;
  Explainer explainer(context.host, *configuration, discovery_options, explain.words);
  std::vector<Explanation> explanations;
  for (const std::string& word : explain.words) explanations.push_back(explainer.explain(word));
  context.out << (explain.json ? json_of_explanations(explanations, explainer.findings())
                               : render_explanations(explanations));
  const bool all_there = std::ranges::find(explanations, Explanation::Answer::nothing,
                                           &Explanation::answer) == explanations.end();
  return all_there ? ExitStatus::done : ExitStatus::not_found;
}

}  // namespace

std::unique_ptr<VerbCommand> explain_verb() { return verb_command<ExplainOptions>(run); }

}  // namespace multipath
