#include "multipath/view/explanation_text.h"

#include <algorithm>

#include <fmt/format.h>

#include "multipath/view/text.h"

namespace multipath {
namespace {

std::string in_brackets(const std::string& origin) {
  return origin.empty() ? "" : "  [" + printable(origin) + "]";
}

/// Wanted in a listing: whatever is not the program's own rule without an effect.
bool is_listed(const Attempt& attempt) { return !attempt.built_in || attempt.result != "no match"; }

// What a device or a file says is made harmless piece by piece: a line's end in it must make no line.
std::string text_of(const std::vector<Attempt>& attempts) {
  constexpr std::string_view indent = "          ";
  std::string text;
  for (const Attempt& attempt : attempts) {
    if (!is_listed(attempt)) continue;
    text += fmt::format("{}{}: {}{}\n", indent, printable(attempt.what), printable(attempt.result),
                        in_brackets(attempt.origin));
  }
  const auto left = std::ranges::count_if(attempts, [](const Attempt& a) { return !is_listed(a); });
  if (left == 0) return text;
  return text + fmt::format("{}{} built-in rule{}: no match\n", indent, left, left == 1 ? "" : "s");
}

std::string text_of(const std::vector<Decision>& decisions) {
  std::size_t width = 0;
  for (const Decision& decision : decisions) width = std::max(width, decision.step.size());
  std::string text;
  for (const Decision& decision : decisions) {
    // The origin that the fact names already is not said twice.
    const bool told = decision.fact.find(decision.origin) != std::string::npos;
    text += fmt::format("  {:<4}  {:<{}}  {}{}\n", to_string(decision.verdict), decision.step,
                        width, printable(decision.fact), told ? "" : in_brackets(decision.origin));
    text += text_of(decision.attempts);
  }
  return text;
}

std::string text_of(const Explanation& explanation) {
  std::string text =
      fmt::format("{}: {}\n", printable(explanation.subject), printable(explanation.conclusion));
  for (const PathTrace& path : explanation.paths)
    text += fmt::format("\n{} ({}):\n{}", path.device, path.number, text_of(path.decisions));
  if (!explanation.decisions.empty()) text += "\nunit:\n" + text_of(explanation.decisions);
  if (explanation.remedies.empty()) return text;
  text += "\nto change that:\n";
  for (const std::string& remedy : explanation.remedies) text += "  " + printable(remedy) + "\n";
  return text;
}

}  // namespace

std::string render_explanations(std::span<const Explanation> explanations) {
  std::string text;
  for (const Explanation& explanation : explanations)
    text += (text.empty() ? "" : "\n\n") + text_of(explanation);
  return text;
}

}  // namespace multipath
