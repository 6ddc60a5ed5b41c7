#include "multipath/config/blacklist.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "multipath/config/conf_grammar.h"

namespace multipath {
namespace {

constexpr std::array kind_names{"property", "devnode", "device", "protocol", "wwid"};

bool device_matches(const BlacklistRule& rule, std::string_view vendor, std::string_view product) {
  return (!rule.vendor || rule.vendor->matches(vendor)) &&
         (!rule.product || rule.product->matches(product));
}

enum class IsException : bool { no, yes };

template <class Matches>
const BlacklistRule* first_match(const std::vector<BlacklistRule>& rules, RuleKind kind,
                                 const Matches& matches, IsException is_exception,
                                 RuleTrials* tried) {
  for (const BlacklistRule& rule : rules) {
    if (rule.kind != kind) continue;
    const bool does = matches(rule);
    if (tried != nullptr)
      tried->push_back({to_string(rule), is_exception == IsException::yes, does, rule.origin});
    if (does) return &rule;
  }
  return nullptr;
}

Verdict verdict_of(RuleKind kind, std::string subject, const BlacklistRule* exception,
                   const BlacklistRule* rule) {
  Verdict verdict{kind, Verdict::Decision::allowed, std::move(subject), "", false, {}};
  const BlacklistRule* decisive = exception != nullptr ? exception : rule;
  if (decisive == nullptr) return verdict;
  if (exception == nullptr) verdict.decision = Verdict::Decision::blacklisted;
  verdict.rule = to_string(*decisive);
  verdict.is_exception = exception != nullptr;
  verdict.origin = decisive->origin;
  return verdict;
}

}  // namespace

std::string to_string(RuleKind kind) { return kind_names.at(static_cast<std::size_t>(kind)); }

std::string to_string(const BlacklistRule& rule) {
  std::string text = to_string(rule.kind);
  if (rule.pattern) text += " " + conf_quoted(rule.pattern->text());
  if (rule.vendor) text += " vendor " + conf_quoted(rule.vendor->text());
  if (rule.product) text += " product " + conf_quoted(rule.product->text());
  return text;
}

std::string to_string(const Verdict& verdict) {
  const bool allowed = verdict.decision == Verdict::Decision::allowed;
  const std::string subject =
      verdict.subject.empty() ? "no properties" : to_string(verdict.kind) + " " + verdict.subject;
  std::string text = fmt::format("{}: {}", subject, allowed ? "allowed" : "blacklisted");
  if (verdict.rule.empty()) {
    return text + (allowed ? ", no rule matches" : ", no property that blacklist_exceptions names");
  }
  text += fmt::format(" by {}{}", verdict.is_exception ? "the exception " : "", verdict.rule);
  if (verdict.origin) text += fmt::format(" ({})", to_string(*verdict.origin));
  return text;
}

template <class Matches>
Verdict Blacklist::judge_kind(RuleKind kind, std::string subject, const Matches& matches,
                              RuleTrials* tried) const {
  const BlacklistRule* exception = first_match(exceptions_, kind, matches, IsException::yes, tried);
  const BlacklistRule* rule =
      exception != nullptr ? nullptr : first_match(rules_, kind, matches, IsException::no, tried);
  return verdict_of(kind, std::move(subject), exception, rule);
}

Verdict Blacklist::judge_text(RuleKind kind, std::string_view text, RuleTrials* tried) const {
  const auto matches = [&](const BlacklistRule& rule) {
    return rule.pattern && rule.pattern->matches(text);
  };
  return judge_kind(kind, std::string(text), matches, tried);
}

Verdict Blacklist::judge_devnode(std::string_view devnode, RuleTrials* tried) const {
  return judge_text(RuleKind::devnode, devnode, tried);
}
Verdict Blacklist::judge_protocol(std::string_view protocol, RuleTrials* tried) const {
  return judge_text(RuleKind::protocol, protocol, tried);
}
Verdict Blacklist::judge_wwid(std::string_view wwid, RuleTrials* tried) const {
  return judge_text(RuleKind::wwid, wwid, tried);
}

Verdict Blacklist::judge_device(std::string_view vendor, std::string_view product,
                                RuleTrials* tried) const {
  const auto matches = [&](const BlacklistRule& rule) {
    return device_matches(rule, vendor, product);
  };
  return judge_kind(RuleKind::device, fmt::format("{} {}", vendor, product), matches, tried);
}

Verdict Blacklist::judge_properties(const std::vector<std::string>& names,
                                    std::string_view uid_attribute, RuleTrials* tried) const {
  // A device has many properties: report only the trials of the deciding one, or all without it.
  for (const std::string& name : names) {
    RuleTrials trials;
    Verdict verdict = judge_text(RuleKind::property, name, tried != nullptr ? &trials : nullptr);
    if (verdict.rule.empty()) continue;
    if (tried != nullptr) *tried = std::move(trials);
    return verdict;
  }
  if (tried != nullptr) {
    for (const auto* rules : {&exceptions_, &rules_}) {
      for (const BlacklistRule& rule : *rules) {
        if (rule.kind == RuleKind::property)
          tried->push_back({to_string(rule), rules == &exceptions_, false, rule.origin});
      }
    }
  }
  const bool has_exceptions = std::ranges::any_of(
      exceptions_, [](const BlacklistRule& rule) { return rule.kind == RuleKind::property; });
  const bool has_identity = std::ranges::find(names, uid_attribute) != names.end();
  Verdict verdict{RuleKind::property, Verdict::Decision::allowed, "", "", false, {}};
  verdict.subject = names.empty() ? "" : fmt::format("{} properties", names.size());
  if (has_exceptions && has_identity) verdict.decision = Verdict::Decision::blacklisted;
  return verdict;
}

std::vector<Verdict> Blacklist::judge(const BlacklistSubject& subject) const {
  std::vector<Verdict> verdicts;
  if (subject.properties)
    verdicts.push_back(judge_properties(*subject.properties, subject.uid_attribute));
  if (subject.devnode) verdicts.push_back(judge_devnode(*subject.devnode));
  if (subject.vendor && subject.product)
    verdicts.push_back(judge_device(*subject.vendor, *subject.product));
  if (subject.protocol) verdicts.push_back(judge_protocol(*subject.protocol));
  if (subject.wwid) verdicts.push_back(judge_wwid(*subject.wwid));
  return verdicts;
}

std::optional<Verdict> first_refusal(const std::vector<Verdict>& verdicts) {
  const auto found =
      std::ranges::find(verdicts, Verdict::Decision::blacklisted, &Verdict::decision);
  return found == verdicts.end() ? std::nullopt : std::optional(*found);
}

}  // namespace multipath
