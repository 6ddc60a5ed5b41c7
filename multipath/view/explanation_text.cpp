#include "multipath/view/explanation_text.h"

#include <algorithm>

#include <fmt/format.h>

#include "multipath/view/text.h"

namespace multipath {
namespace {

std::string in_brackets(const std::string& origin) {
  return origin.empty() ? "" : "  [" + origin + "]";
}

/// Wanted in a listing: whatever is not the program's own rule without an effect.
bool is_listed(const Attempt& attempt) { return !attempt.built_in || attempt.result != "no match"; }

std::string text_of(const std::vector<Attempt>& attempts) {
  constexpr std::string_view indent = "          ";
  std::string text;
  for (const Attempt& attempt : attempts) {
    if (!is_listed(attempt)) continue;
    text += fmt::format("{}{}: {}{}\n", indent, attempt.what, attempt.result,
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
                        width, decision.fact, told ? "" : in_brackets(decision.origin));
    text += text_of(decision.attempts);
  }
  return text;
}

std::string text_of(const Explanation& explanation) {
  std::string text = fmt::format("{}: {}\n", explanation.subject, explanation.conclusion);
  for (const PathStory& path : explanation.paths)
    text += fmt::format("\n{} ({}):\n{}", path.device, path.number, text_of(path.decisions));
  if (!explanation.decisions.empty()) text += "\nunit:\n" + text_of(explanation.decisions);
  if (explanation.remedies.empty()) return text;
  text += "\nto change that:\n";
  for (const std::string& remedy : explanation.remedies) text += "  " + remedy + "\n";
  return text;
}

/// Bytes of devices made harmless, line ends kept.
std::string printable_lines(const std::string& text) {
  std::string result;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    result += printable(std::string_view(text).substr(begin, end - begin)) + '\n';
    begin = end + 1;
  }
  return result;
}

}  // namespace

std::string render_explanations(std::span<const Explanation> explanations) {
  std::string text;
  for (const Explanation& explanation : explanations)
    text += (text.empty() ? "" : "\n\n") + printable_lines(text_of(explanation));
  return text;
}

}  // namespace multipath
