#include "multipath/model/decision.h"

#include <algorithm>
#include <utility>

#include "multipath/model/names.h"

namespace multipath {
namespace {

Decision make(std::string step, Decision::Verdict verdict, std::string fact, std::string origin) {
  Decision decision;
  decision.step = std::move(step);
  decision.verdict = verdict;
  decision.fact = std::move(fact);
  decision.origin = std::move(origin);
  return decision;
}

}  // namespace

Decision passed(std::string step, std::string fact, std::string origin) {
  return make(std::move(step), Decision::Verdict::pass, std::move(fact), std::move(origin));
}

Decision stopped(std::string step, std::string fact, std::vector<std::string> remedies,
                 std::string origin) {
  Decision decision =
      make(std::move(step), Decision::Verdict::stop, std::move(fact), std::move(origin));
  decision.remedies = std::move(remedies);
  return decision;
}

Decision noted(std::string step, std::string fact, std::string origin) {
  return make(std::move(step), Decision::Verdict::note, std::move(fact), std::move(origin));
}

std::string to_string(Decision::Verdict verdict) {
  using enum Decision::Verdict;
  constexpr auto words =
      names_of<Decision::Verdict>({{pass, "pass"}, {stop, "stop"}, {note, "note"}});
  return words.to_string(verdict);
}

const Decision* first_stop(const std::vector<Decision>& decisions) {
  const auto found = std::ranges::find(decisions, Decision::Verdict::stop, &Decision::verdict);
  return found == decisions.end() ? nullptr : &*found;
}

}  // namespace multipath
