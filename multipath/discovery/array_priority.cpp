#include "multipath/discovery/array_priority.h"

#include "libsg/ask.h"
#include "libsg/vendor_clariion.h"
#include "libsg/vendor_hitachi.h"
#include "libsg/vendor_ontap.h"
#include "libsg/vendor_rdac.h"

namespace multipath {
namespace {

using std::chrono::milliseconds;

/// 0 for an array that does not answer as it should, as in multipath-tools.
Prioritized lowest(std::string text) { return {0, std::move(text)}; }

Prioritized fibre_channel_priority(scsi::LogicalUnit& unit, milliseconds limit) {
  constexpr int direct = 4, by_partner = 1;
  const auto proxy =
      scsi::ask_vpd_page(unit, scsi::ontap_proxy_page, limit, scsi::decode_ontap_proxy);
  if (!proxy) return {direct, "page 0xc1: " + to_string(proxy.error())};
  if (*proxy == scsi::OntapProxy::yes) return {by_partner, "FCP through the filer's partner"};
  return {direct, "FCP to the filer"};
}

}  // namespace

Prioritized rdac_priority(scsi::LogicalUnit& unit, milliseconds limit) {
  using Preference = scsi::VolumeAccess::PathPreference;
  constexpr int owned = 2, preferred = 4, secondary = 1, io_shipping = 8;
  const auto access = scsi::ask_volume_access(unit, limit);
  if (!access) return lowest("page 0xc9: " + to_string(access.error()));
  int priority = 0;
  std::string text = access->owned ? "owned by this controller" : "owned by the other controller";
  if (access->owned) priority += owned;
  if (access->preference == Preference::preferred) {
    priority += preferred;
    text += ", preferred path";
  } else if (access->preference == Preference::secondary) {
    priority += secondary;
    text += ", secondary path";
  }
  if (access->io_shipping) {
    priority += io_shipping;
    text += ", I/O shipping";
  }
  return {priority, "page 0xc9: " + text};
}

Prioritized emc_priority(scsi::LogicalUnit& unit, milliseconds limit) {
  const auto report = scsi::ask_unit_path_report(unit, limit);
  if (!report) return lowest("page 0xc0: " + to_string(report.error()));
  if (!report->set_up_for_failover)
    return lowest("page 0xc0: the host is not registered for failover");
  if (!report->normal_operation) return lowest("page 0xc0: the unit is not in normal operation");
  // As multipath-tools 0.9.4 was seen to rate them: who owns the unit now, and more than that, who
  // should.
  constexpr int bound = 1, owned = 2, default_owner = 2;
  const bool owns = report->state == scsi::UnitPathReport::UnitState::owned;
  const std::string which =
      report->answered_by_default_owner ? "by the default owner" : "not by the default owner";
  return {(owns ? owned : bound) + (report->answered_by_default_owner ? default_owner : 0),
          "page 0xc0: " + which + (owns ? ", which owns the unit now" : "")};
}

Prioritized hp_sw_priority(scsi::LogicalUnit& unit, milliseconds limit) {
  constexpr int active = 4, standby = 2, failed = 0;
  const auto response = scsi::execute_past_unit_attention(unit, scsi::test_unit_ready(limit));
  if (response.usable()) return {active, "TEST UNIT READY: ready"};
  const std::string said = "TEST UNIT READY: " + to_string(response);
  const auto sense = scsi::decode_sense(response.sense);
  const bool needs_start = response.delivery == scsi::Delivery::answered && sense &&
                           sense->key == scsi::SenseKey::not_ready && sense->asc == 0x04 &&
                           sense->ascq == 0x02;
  return {needs_start ? standby : failed, said};
}

Prioritized ontap_priority(scsi::LogicalUnit& unit, milliseconds limit) {
  constexpr std::size_t length = 128;
  constexpr int iscsi_adapter = 3, iscsi_software = 2;
  const auto response = scsi::execute_past_unit_attention(
      unit, scsi::ontap_vendor_attributes(scsi::ontap_protocol_page, length, limit));
  if (!response.usable()) return lowest("vendor command 0xc0: " + to_string(response));
  const auto protocol = scsi::decode_ontap_protocol(response.data);
  if (!protocol) return lowest("vendor command 0xc0: " + protocol.error().what);
  switch (*protocol) {
    case scsi::OntapProtocol::iscsi_hardware:
      return {iscsi_adapter, "iSCSI adapter of the filer"};
    case scsi::OntapProtocol::iscsi_software:
      return {iscsi_software, "iSCSI in software"};
    case scsi::OntapProtocol::other:
      break;
  }
  return fibre_channel_priority(unit, limit);
}

Prioritized hds_priority(scsi::LogicalUnit& unit, milliseconds limit) {
  constexpr std::size_t length = 255;
  const auto response = scsi::execute_past_unit_attention(unit, scsi::inquiry(length, limit));
  if (!response.usable()) return {std::nullopt, "INQUIRY: " + to_string(response)};
  const auto inquiry = scsi::decode_hitachi_inquiry(response.data);
  if (!inquiry) return {std::nullopt, inquiry.error().what};
  if (inquiry->device == inquiry->controller)
    return {1, "device and controller have both odd or both even numbers"};
  return {0, "of device and controller one has an odd number, one an even"};
}

}  // namespace multipath
