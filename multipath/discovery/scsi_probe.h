#pragma once

#include <optional>
#include <string>

#include "libsg/transport.h"
#include "multipath/discovery/checker.h"
#include "multipath/discovery/decision_trace.h"
#include "multipath/discovery/foreign_wwid_rules.h"
#include "multipath/discovery/identify.h"
#include "multipath/discovery/rate_path.h"
#include "multipath/discovery/wwid_rule.h"

namespace multipath {

/// Asks a SCSI disk for its identity (INQUIRY, page 0x83 or 0x80) and, where that is wanted, for its
/// state and priority.
void probe_scsi_disk(scsi::Transport& transport, Disk& disk, const KnownPath& known,
                     SharedHardwareTable& hardware, const DiscoveryOptions& discovery_options);

/// Did the device report that it has no such page? A device that broke down on the way is as silent
/// as a dead one.
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
  MayBeRdac may_be_rdac = MayBeRdac::yes;
};
/// Or the reason why the hardware is not identified.
tl::expected<HardwareIdentity, Refusal> identification_of(SharedHardwareTable& hardware,
                                                          const scsi::StandardInquiry& inquiry,
                                                          const DiscoveryOptions& discovery_options,
                                                          DecisionTrace& trace);

/// Why the identity that a page 0x83 gave counts. `bytes` are the page's.
Recognition recognition_of(scsi::ByteView bytes, const Maker& maker, const WwidChoice& choice,
                           bool listed);

/// The blacklist's verdict on vendor and product, and on the identity, where it refuses.
std::optional<Verdict> refusal_of_device(SharedHardwareTable& hardware,
                                         const DiscoveryOptions& discovery_options,
                                         const scsi::StandardInquiry& inquiry,
                                         DecisionTrace& trace);
std::optional<Verdict> refusal_of_wwid(const DiscoveryOptions& discovery_options, const Wwid& wwid,
                                       DecisionTrace& trace);

/// Takes over what INQUIRY reports.
void take_inquiry(const scsi::StandardInquiry& inquiry, Path& path);

/// The path is excluded by the blacklist.
void exclude(const Verdict& refusal, Path& path);

/// Records other programs' names for the unit of page 0x83, whose bytes these are.
void record_other_names(scsi::ByteView page_83, const Maker& maker, const std::optional<Wwid>& wwid,
                        DecisionTrace& trace);

}  // namespace multipath
