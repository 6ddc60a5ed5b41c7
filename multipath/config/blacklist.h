#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "multipath/config/diagnostic.h"
#include "multipath/config/pattern.h"

namespace multipath {

/// The property that a rule matches, in the order in which multipath-tools applies the rules.
enum class RuleKind : std::uint8_t { property, devnode, device, protocol, wwid };
std::string to_string(RuleKind kind);

/// A line of blacklist or blacklist_exceptions. Kind device has a vendor, a product or both, the
/// others have `pattern`.
struct BlacklistRule {
  RuleKind kind = RuleKind::wwid;
  std::optional<RulePattern> pattern;
  std::optional<RulePattern> vendor;
  std::optional<RulePattern> product;
  Origin origin;
};
/// As it is written: "devnode \"!^sd\"", "device vendor \"DELL\" product \"Universal Xport\"".
std::string to_string(const BlacklistRule& rule);

/// The properties of a device that rules match; unknown ones are not judged.
struct BlacklistSubject {
  std::optional<std::string> devnode;  ///< kernel name: "sda"
  std::optional<std::string> vendor;
  std::optional<std::string> product;
  std::optional<std::string> protocol;  ///< "scsi:fcp"
  std::optional<std::string> wwid;
  std::optional<std::vector<std::string>> properties;  ///< names of udev's properties
  std::string uid_attribute = "ID_SERIAL";
};

/// The result of one kind of rules for a device.
struct Verdict {
  enum class Decision : std::uint8_t { allowed, blacklisted };
  RuleKind kind = RuleKind::wwid;
  Decision decision = Decision::allowed;
  std::string subject;           ///< the text that was matched: "sda", "DELL PERC H710"
  std::string rule;              ///< the deciding rule; "" when none matched
  bool is_exception = false;     ///< the rule is one of blacklist_exceptions
  std::optional<Origin> origin;  ///< of the rule

  auto operator<=>(const Verdict&) const = default;
};
/// "devnode sda: allowed, no rule matches", "wwid 36...: blacklisted by wwid \".*\"
/// (/etc/multipath.conf:7)".
std::string to_string(const Verdict& verdict);

/// A rule that was tried on the way to a verdict, and whether it matches.
struct RuleTrial {
  std::string rule;
  bool is_exception = false;
  bool matches = false;
  Origin origin;

  auto operator<=>(const RuleTrial&) const = default;
};
using RuleTrials = std::vector<RuleTrial>;

/// `tried` receives the rules that were tried, in order: exceptions up to the first match; without
/// a match, the rules up to the first match.
class Blacklist {
 public:
  Blacklist() = default;
  Blacklist(std::vector<BlacklistRule> rules, std::vector<BlacklistRule> exceptions)
      : rules_(std::move(rules)), exceptions_(std::move(exceptions)) {}

  /// One verdict for each kind of rule, in order; an exception overrides the rules of its
  /// own kind only. All kinds are judged, even after one has decided, so that all can be reported.
  std::vector<Verdict> judge(const BlacklistSubject& subject) const;

  Verdict judge_devnode(std::string_view devnode, RuleTrials* tried = nullptr) const;
  Verdict judge_device(std::string_view vendor, std::string_view product,
                       RuleTrials* tried = nullptr) const;
  Verdict judge_protocol(std::string_view protocol, RuleTrials* tried = nullptr) const;
  Verdict judge_wwid(std::string_view wwid, RuleTrials* tried = nullptr) const;
  /// A device with the uid_attribute but without any property that an exception names is
  /// blacklisted ("property missing").
  Verdict judge_properties(const std::vector<std::string>& names, std::string_view uid_attribute,
                           RuleTrials* tried = nullptr) const;

  const std::vector<BlacklistRule>& rules() const { return rules_; }
  const std::vector<BlacklistRule>& exceptions() const { return exceptions_; }

 private:
  template <class Matches>
  Verdict judge_kind(RuleKind kind, std::string subject, const Matches& matches,
                     RuleTrials* tried) const;
  Verdict judge_text(RuleKind kind, std::string_view text, RuleTrials* tried) const;

  std::vector<BlacklistRule> rules_;
  std::vector<BlacklistRule> exceptions_;
};

/// The first verdict that blacklists; nothing when the device is allowed.
std::optional<Verdict> first_refusal(const std::vector<Verdict>& verdicts);

}  // namespace multipath
