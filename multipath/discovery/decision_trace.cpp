#include "multipath/discovery/decision_trace.h"

#include <algorithm>

#include <fmt/format.h>

#include "multipath/config/conf_lines.h"
#include "multipath/model/printable.h"

namespace multipath {
namespace {

std::string hardware_text(const scsi::StandardInquiry& inquiry) {
  return fmt::format("vendor '{}' product '{}'", inquiry.vendor, inquiry.product);
}

Attempt attempt_of(const JudgedDesignator& entry) {
  const scsi::Designator& designator = entry.designator;
  std::string type = to_string(designator.type);
  if (const auto format = scsi::naa_format(designator)) type += fmt::format(" {:x}", *format);
  Attempt attempt;
  attempt.what = fmt::format("{} of {} bytes, {}", type, designator.bytes.size(),
                             to_string(designator.association));
  if (entry.chosen) {
    attempt.result = "chosen: " + entry.text;
  } else if (entry.rank > 0) {
    attempt.result = "a better designator exists: " + entry.text;
  } else {
    attempt.result = "passed over: " + entry.text;
  }
  return attempt;
}

}  // namespace

std::string listing_remedy(std::string_view vendor, std::string_view product) {
  return "if the disk belongs to a storage array, add to /etc/multipath.conf:\n" +
         listing_lines(vendor, product);
}

Decision blacklist_decision(const Verdict& verdict, const RuleTrials& tried) {
  const bool refuses = verdict.decision == Verdict::Decision::blacklisted;
  Decision made = passed("blacklist " + to_string(verdict.kind), to_string(verdict),
                         verdict.origin ? to_string(*verdict.origin) : "");
  for (const RuleTrial& trial : tried) {
    Attempt attempt;
    attempt.what = (trial.is_exception ? "exception " : "") + trial.rule;
    attempt.result = trial.matches ? "matches" : "no match";
    attempt.origin = to_string(trial.origin);
    attempt.built_in = trial.origin.kind != Origin::Kind::file;
    made.attempts.push_back(std::move(attempt));
  }
  if (!refuses) return made;
  made.verdict = Decision::Verdict::stop;
  if (verdict.origin && verdict.origin->kind == Origin::Kind::file)
    made.remedies.push_back(
        fmt::format("remove {} ({})", verdict.rule, printable(to_string(*verdict.origin))));
  return made;
}

Decision inquiry_decision(const scsi::StandardInquiry& inquiry) {
  return passed("INQUIRY",
                fmt::format("{} revision '{}', peripheral type 0x{:02x}, {}",
                            hardware_text(inquiry), inquiry.revision, inquiry.peripheral_type,
                            inquiry.tpgs == scsi::Tpgs::none ? "no target port groups"
                                                             : "with target port groups"));
}

Decision hardware_decision(const Configuration& configuration, const HardwareEntry* entry,
                           const scsi::StandardInquiry& inquiry) {
  if (entry == nullptr)
    return noted("hardware table", fmt::format("no row and no device section names {}; it is asked "
                                               "for page 0x83",
                                               hardware_text(inquiry)));
  const std::string origin = to_string(configuration.origin_of_row(*entry));
  if (entry->identification == Identification::never) {
    return stopped("hardware table",
                   fmt::format("{} is a local disk, a controller or a gateway unit: never a path",
                               hardware_text(inquiry)),
                   {listing_remedy(inquiry.vendor, inquiry.product)}, origin);
  }
  return passed("hardware table",
                fmt::format("{} is identified by {}", hardware_text(inquiry),
                            to_string(entry->identification)),
                origin);
}

Decision identity_decision(const WwidChoice& choice, const std::string& source) {
  Decision made =
      choice.wwid ? passed("identity", fmt::format("{} gives WWID {}", source, choice.wwid->text()))
                  : stopped("identity", choice.wwid.error(),
                            {"only the array can give the unit a unique identity: see `sg_vpd "
                             "-p di` and the array's documentation"});
  std::ranges::transform(choice.designators, std::back_inserter(made.attempts), attempt_of);
  return made;
}

Decision serial_decision(const tl::expected<Wwid, std::string>& wwid) {
  if (wwid) return passed("identity", fmt::format("page 0x80 gives WWID {}", wwid->text()));
  return stopped("identity", wwid.error(),
                 {"only the array can give the unit a serial number: see `sg_vpd -p sn`"});
}

}  // namespace multipath
