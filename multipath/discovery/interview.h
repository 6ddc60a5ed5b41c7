#pragma once

#include <optional>
#include <string>

#include "libsg/transport.h"
#include "multipath/discovery/decision_trace.h"
#include "multipath/discovery/identify.h"
#include "multipath/discovery/other_rules.h"
#include "multipath/discovery/rate_path.h"
#include "multipath/discovery/wwid_rule.h"

namespace multipath {

/// What one device said, by value: the thread that asked may outlive everybody who waits.
struct DeviceAnswers {
  bool answered = false;
  std::optional<scsi::StandardInquiry> inquiry;
  std::optional<Wwid> wwid;
  IdentitySource source = IdentitySource::none;
  Recognition recognition = Recognition::listed;
  CheckerState checker_state = CheckerState::undef;
  std::optional<int> priority;
  bool rated_by_access_state = false;
  std::optional<std::uint16_t> port_group;
  bool excluded = false;
  std::string trouble;
  DecisionTrace trace;
};

/// Asks a disk who it is and, where that is wanted, how it does.
DeviceAnswers ask_disk(scsi::Transport& transport, const std::string& node,
                       SharedHardwareTable& hardware, const DiscoveryOptions& discovery_options,
                       const std::string& protocol, const KnownPath& known);

/// Did the device say that it has no such page? One that broke down on the way is as silent as a dead
/// one.
bool is_an_answer(const scsi::NoAnswer& no_answer);

/// Why a device is not identified; `excluded` when it never will be.
struct Refusal {
  std::string reason;
  bool excluded = false;
};

/// How hardware is identified: what no row lists by page 0x83.
struct HardwareIdentity {
  Identification identification = Identification::page_83;
  bool listed = false;
};
/// That, or the reason why it is not identified.
tl::expected<HardwareIdentity, Refusal> identification_of(SharedHardwareTable& hardware,
                                                          const scsi::StandardInquiry& inquiry,
                                                          const DiscoveryOptions& discovery_options,
                                                          DecisionTrace& trace);

/// What speaks for the identity that a page 0x83 gave. `bytes` are the page's.
Recognition recognition_of(scsi::ByteView bytes, const Maker& maker, const WwidChoice& choice,
                           bool listed);

/// What the blacklist says of a device by its vendor and product, and by its identity.
std::optional<Verdict> refusal_of_device(const DiscoveryOptions& discovery_options,
                                         const scsi::StandardInquiry& inquiry,
                                         DecisionTrace& trace);
std::optional<Verdict> refusal_of_wwid(const DiscoveryOptions& discovery_options, const Wwid& wwid,
                                       DecisionTrace& trace);

/// Other programs' names for the unit of page 0x83, whose bytes these are.
void tell_other_names(scsi::ByteView page_83, const Maker& maker, const std::optional<Wwid>& wwid,
                      DecisionTrace& trace);

}  // namespace multipath
