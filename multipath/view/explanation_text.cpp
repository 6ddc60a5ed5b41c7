#include "multipath/view/explanation_text.h"

#include <algorithm>

#include <fmt/format.h>

#include "multipath/view/text.h"

namespace multipath {
namespace {

std::string in_brackets(const std::string& origin) {
  return origin.empty() ? "" : "  [" + printable(origin) + "]";
}

/// A remedy's further lines are the program's own lines for multipath.conf, indented already.
std::string text_of_remedy(std::string_view remedy) {
  std::string text;
  while (!remedy.empty()) {
    const std::string_view line = remedy.substr(0, remedy.find('\n'));
    text += "  " + printable(line) + "\n";
    remedy.remove_prefix(std::min(line.size() + 1, remedy.size()));
  }
  return text;
}

/// Is the attempt listed? Built-in rules that do not match are only counted.
bool is_listed(const Attempt& attempt) { return !attempt.built_in || attempt.result != "no match"; }

// Escapes text from devices and files piece by piece: an LF within it must not start a new line.
std::string text_of(const std::vector<Attempt>& attempts) {
  constexpr std::string_view indent = "          ";
  std::string text;
  for (const Attempt& attempt : attempts) {
    if (!is_listed(attempt)) continue;
    text += fmt::format("{}{}: {}{}\n", indent, printable(attempt.what), printable(attempt.result),
                        in_brackets(attempt.origin));
  }
  const auto hidden =
      std::ranges::count_if(attempts, [](const Attempt& a) { return !is_listed(a); });
  if (hidden == 0) return text;
  return text +
         fmt::format("{}{} built-in rule{}: no match\n", indent, hidden, hidden == 1 ? "" : "s");
}

std::string text_of(const std::vector<Decision>& decisions) {
  std::size_t width = 0;
  for (const Decision& decision : decisions) width = std::max(width, decision.step.size());
  std::string text;
  for (const Decision& decision : decisions) {
    // Do not repeat an origin that is part of the fact.
    const bool has_origin = decision.fact.find(decision.origin) != std::string::npos;
    text +=
        fmt::format("  {:<4}  {:<{}}  {}{}\n", to_string(decision.verdict), decision.step, width,
                    printable(decision.fact), has_origin ? "" : in_brackets(decision.origin));
    text += text_of(decision.attempts);
  }
  return text;
}

std::string text_of(const Explanation& explanation) {
  std::string text = printable(headline(explanation)) + "\n";
  for (const PathTrace& path : explanation.paths)
    text += fmt::format("\n{} ({}):\n{}", path.device, path.number, text_of(path.decisions));
  if (!explanation.decisions.empty()) text += "\nunit:\n" + text_of(explanation.decisions);
  if (explanation.remedies.empty()) return text;
  text += "\nremedies:\n";
  for (const std::string& remedy : explanation.remedies) text += text_of_remedy(remedy);
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
