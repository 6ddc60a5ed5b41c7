#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "libsg/inquiry.h"
#include "multipath/config/configuration.h"
#include "multipath/discovery/wwid_rule.h"
#include "multipath/model/decision.h"
#include "multipath/model/path.h"

namespace multipath {

/// Whether the decisions on each disk are recorded.
enum class Tracing : bool { no, yes };

/// The decisions on one disk, in the order in which they were made.
class DecisionTrace {
 public:
  explicit DecisionTrace(Tracing tracing = Tracing::no) : tracing_(tracing) {}

  bool wanted() const { return tracing_ == Tracing::yes; }
  /// `make` gives the Decision; it is called only where decisions are recorded.
  template <class Make>
  void record(const Make& make) {
    if (wanted()) decisions_.push_back(make());
  }
  /// Turns stops of that step into notes: a later step decided otherwise.
  void overrule(std::string_view step) {
    for (Decision& decision : decisions_) {
      const bool stops = decision.verdict == Decision::Verdict::stop;
      if (stops && decision.step == step) decision.verdict = Decision::Verdict::note;
    }
  }
  const std::vector<Decision>& decisions() const { return decisions_; }

 private:
  Tracing tracing_;
  std::vector<Decision> decisions_;
};

/// The blacklist's verdict where it refuses; recorded either way. `judge` gets a pointer for the rules
/// tried. `exception` returns the lines of multipath.conf that would admit the device, for the verdict.
template <class Exception, class Judge>
std::optional<Verdict> refusal(DecisionTrace& trace, const Exception& exception,
                               const Judge& judge);

Decision blacklist_decision(const Verdict& verdict, const RuleTrials& tried);
/// What admits hardware that its row of the hardware table excludes.
std::string listing_remedy(std::string_view vendor, std::string_view product);
Decision inquiry_decision(const scsi::StandardInquiry& inquiry);
/// `entry` is the row that decides; nothing for hardware that no row names.
Decision hardware_decision(const Configuration& configuration, const HardwareEntry* entry,
                           const scsi::StandardInquiry& inquiry);
/// The designators of page 0x83, and the use of each. `source` names the page's origin.
Decision identity_decision(const WwidChoice& choice, const std::string& source);
Decision serial_decision(const tl::expected<Wwid, std::string>& wwid);

template <class Exception, class Judge>
std::optional<Verdict> refusal(DecisionTrace& trace, const Exception& exception,
                               const Judge& judge) {
  RuleTrials tried;
  Verdict verdict = judge(trace.wanted() ? &tried : nullptr);
  const bool refuses = verdict.decision == Verdict::Decision::blacklisted;
  trace.record([&] {
    Decision decision = blacklist_decision(verdict, tried);
    if (refuses) decision.remedies.push_back(exception(verdict));
    return decision;
  });
  if (!refuses) return std::nullopt;
  return verdict;
}

}  // namespace multipath
