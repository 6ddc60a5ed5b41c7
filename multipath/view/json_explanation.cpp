#include "multipath/view/json_explanation.h"

#include "multipath/view/json.h"
#include "multipath/view/json_values.h"

namespace multipath {
namespace {

Json json_of(const std::vector<Decision>& decisions) {
  auto steps = Json::array();
  for (const Decision& decision : decisions) {
    auto tried = Json::array();
    for (const Attempt& attempt : decision.attempts) {
      tried.push_back({{"what", attempt.what},
                       {"result", attempt.result},
                       {"origin", text_or_null(attempt.origin)}});
    }
    steps.push_back({{"step", decision.step},
                     {"verdict", to_string(decision.verdict)},
                     {"fact", decision.fact},
                     {"origin", text_or_null(decision.origin)},
                     {"remedies", decision.remedies},
                     {"tried", std::move(tried)}});
  }
  return steps;
}

Json json_of(const Explanation& explanation) {
  auto paths = Json::array();
  for (const PathTrace& path : explanation.paths) {
    paths.push_back(
        {{"device", path.device}, {"number", path.number}, {"steps", json_of(path.decisions)}});
  }
  return {{"subject", explanation.subject},          {"answer", to_string(explanation.answer)},
          {"conclusion", explanation.conclusion},    {"paths", std::move(paths)},
          {"steps", json_of(explanation.decisions)}, {"remedies", explanation.remedies}};
}

}  // namespace

std::string json_of_explanations(std::span<const Explanation> explanations,
                                 std::span<const Finding> findings) {
  auto all = Json::array();
  for (const Explanation& explanation : explanations) all.push_back(json_of(explanation));
  const Json document = {{"schema_version", json_schema_version},
                         {"explanations", std::move(all)},
                         {"findings", json_of_findings(findings)}};
  return document_text(document);
}

}  // namespace multipath
