#include "multipath/discovery/checker.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "libsg/ask.h"
#include "libsg/read.h"
#include "libsg/vendor_clariion.h"
#include "libsg/vendor_rdac.h"
#include "libsg/vital_product_data.h"

namespace multipath {
namespace {

using scsi::Delivery;
using scsi::SenseKey;
using std::chrono::milliseconds;

Checked ready() { return {CheckerState::ready, ""}; }
Checked faulty(std::string text) { return {CheckerState::faulty, std::move(text)}; }

bool has_sense(const scsi::Response& response, SenseKey key, int asc, int ascq) {
  if (response.delivery != Delivery::answered) return false;
  const auto sense = scsi::decode_sense(response.sense);
  return sense && sense->key == key && sense->asc == asc && sense->ascq == ascq;
}

/// Host statuses after which the next try may well succeed (include/scsi/scsi_status.h); the same
/// ones as in multipath-tools but DID_TIME_OUT: who waits has a deadline.
bool may_pass(const scsi::Response& response) {
  constexpr int did_abort = 0x05, did_transport_failfast = 0x0f;
  return response.delivery == Delivery::transport_error && response.host_status != did_abort &&
         response.host_status != did_transport_failfast;
}

scsi::Response test_unit_ready(scsi::LogicalUnit& unit, milliseconds limit) {
  constexpr int most_tries = 5;
  const auto command = scsi::test_unit_ready(limit);
  scsi::Response response = scsi::execute_past_unit_attention(unit, command);
  for (int tries = 1; tries < most_tries && may_pass(response); ++tries)
    response = scsi::execute_past_unit_attention(unit, command);
  return response;
}

/// The state of the path by a command's response. `said` begins with the command's name.
Checked judge(const scsi::Response& response, const std::string& said) {
  if (response.usable()) return ready();
  if (response.delivery == Delivery::answered &&
      response.status == scsi::Status::reservation_conflict) {
    return {CheckerState::ready, "another host has reserved the unit"};
  }
  if (has_sense(response, SenseKey::not_ready, 0x04, 0x0b))
    return {CheckerState::ghost, said + ", the target port is in standby"};
  if (has_sense(response, SenseKey::not_ready, 0x04, 0x0a))
    return {CheckerState::pending, said + ", the target port group is changing state"};
  if (has_sense(response, SenseKey::illegal_request, 0x25, 0x00))
    return {CheckerState::disconnected, said + ", the target no longer has this unit"};
  return faulty(said);
}

Checked check_by_test_unit_ready(scsi::LogicalUnit& unit, milliseconds limit) {
  const auto response = test_unit_ready(unit, limit);
  return judge(response, "TEST UNIT READY: " + to_string(response));
}

Checked check_by_read(scsi::LogicalUnit& unit, milliseconds limit) {
  const auto response = scsi::read_first_block(unit, limit);
  if (response.usable() && response.data.empty())
    return faulty("READ of the first block returned no data");
  return judge(response, "READ of the first block: " + to_string(response));
}

/// Detail of an unavailable controller, byte 11 of page 0xc9.
std::string unavailable_because(std::uint8_t detail) {
  constexpr std::array<std::pair<std::uint8_t, const char*>, 6> reasons{{
      {2, "does not answer"},
      {3, "is held in reset"},
      {4, "loads its firmware"},
      {5, "loads its firmware"},
      {6, "is quiesced by its administrator"},
      {7, "is in service mode"},
  }};
  const auto* found =
      std::ranges::find(reasons, detail, &std::pair<std::uint8_t, const char*>::first);
  return found == reasons.end() ? "is unavailable" : found->second;
}

Checked check_by_volume_access(scsi::LogicalUnit& unit, milliseconds limit) {
  const auto access = scsi::ask_volume_access(unit, limit);
  if (!access) return faulty("page 0xc9: " + to_string(access.error()));
  if (!access->connected) return faulty("page 0xc9: no logical unit is connected here");
  if (access->groups) {
    const auto& groups = *access->groups;
    if (groups.state == scsi::AccessState::unavailable)
      return faulty("page 0xc9: the controller " + unavailable_because(groups.detail));
    // Both in transition: the array works on MODE SELECT or SET TARGET PORT GROUPS. This one
    // alone: it starts.
    if (groups.state == scsi::AccessState::transitioning &&
        groups.other_state != scsi::AccessState::transitioning)
      return faulty("page 0xc9: the controller is starting");
  }
  if (access->owned || access->io_shipping) return ready();
  return {CheckerState::ghost, "page 0xc9: the other controller owns the volume"};
}

Checked check_by_unit_path_report(scsi::LogicalUnit& unit, milliseconds limit) {
  const auto report = scsi::ask_unit_path_report(unit, limit);
  if (!report) return faulty("page 0xc0: " + to_string(report.error()));
  if (!report->set_up_for_failover) {
    return faulty(
        "page 0xc0: the host is not registered for failover (initiator type 3, failover mode 1 "
        "or 4, arraycommpath 1)");
  }
  if (!report->normal_operation)
    return {CheckerState::shaky, "page 0xc0: the unit is not in normal operation"};
  if (report->state == scsi::UnitPathReport::UnitState::unbound)
    return faulty("page 0xc0: the unit is not bound, or is a LUNZ");
  if (report->state != scsi::UnitPathReport::UnitState::owned) return ready();
  return check_by_read(unit, limit);
}

Checked check_hp_switchable(scsi::LogicalUnit& unit, milliseconds limit) {
  constexpr auto page = static_cast<std::uint8_t>(scsi::VpdPage::unit_serial_number);
  const auto serial = scsi::ask_vpd_page(unit, page, limit);
  if (!serial) return faulty("page 0x80: " + to_string(serial.error()));
  const auto response = scsi::execute_past_unit_attention(unit, scsi::test_unit_ready(limit));
  if (response.usable()) return ready();
  const std::string said = "TEST UNIT READY: " + to_string(response);
  if (response.delivery != Delivery::answered) return faulty(said);
  return {CheckerState::ghost, said};
}

Checked take_as_ready(scsi::LogicalUnit& /*unit*/, milliseconds /*limit*/) { return ready(); }

using Check = Checked (*)(scsi::LogicalUnit&, milliseconds);
constexpr std::array<std::pair<CheckerKind, Check>, 7> checks{{
    {CheckerKind::tur, check_by_test_unit_ready},
    {CheckerKind::readsector0, check_by_read},
    {CheckerKind::directio, check_by_read},
    {CheckerKind::rdac, check_by_volume_access},
    {CheckerKind::emc_clariion, check_by_unit_path_report},
    {CheckerKind::hp_sw, check_hp_switchable},
    {CheckerKind::none, take_as_ready},
}};

/// Set for the hardware, by a row of the table or a device section, and not only by default.
bool is_set_for_hardware(const Origin& origin) {
  return origin.kind == Origin::Kind::hardware_table ||
         (origin.kind == Origin::Kind::file && origin.section.starts_with("devices"));
}

bool says_it_has(scsi::LogicalUnit& unit, std::uint8_t page, milliseconds limit) {
  const auto supported =
      scsi::ask_vpd_page(unit, static_cast<std::uint8_t>(scsi::VpdPage::supported_pages), limit);
  if (!supported) return false;
  const auto pages = scsi::decode_supported_pages(*supported);
  return pages && std::ranges::find(*pages, page) != pages->end();
}

}  // namespace

Checked check(scsi::LogicalUnit& unit, CheckerKind kind, milliseconds limit) {
  const auto* found = std::ranges::find(checks, kind, &std::pair<CheckerKind, Check>::first);
  if (found == checks.end()) return {CheckerState::undef, "not a checker"};
  return found->second(unit, limit);
}

CheckerState state_without_asking(DeviceState state) {
  switch (state) {
    case DeviceState::running:
    case DeviceState::live:
      return CheckerState::ready;
    case DeviceState::blocked:
    case DeviceState::quiesce:
    case DeviceState::fresh:
    case DeviceState::deleting:
    case DeviceState::deleting_no_io:
      return CheckerState::pending;
    default:
      return CheckerState::faulty;
  }
}

Rdac detect_rdac(scsi::LogicalUnit& unit, const DeviceSettings& settings, MayBeRdac may_be_rdac,
                 milliseconds limit) {
  if (!settings.detect_checker.value && !settings.detect_prio.value) return Rdac::no;
  const bool is_set = is_set_for_hardware(settings.checker.origin);
  if (is_set && settings.checker.value != CheckerKind::rdac) return Rdac::no;
  if (!is_set && may_be_rdac == MayBeRdac::no) return Rdac::no;
  if (!is_set && !says_it_has(unit, scsi::volume_access_page, limit)) return Rdac::no;
  const auto page = scsi::ask_vpd_page(unit, scsi::volume_access_page, limit);
  return page && scsi::is_vac1(*page) ? Rdac::yes : Rdac::no;
}

EffectiveChecker effective_checker(const DeviceSettings& settings, Rdac rdac, scsi::Tpgs tpgs) {
  if (settings.detect_checker.value) {
    if (rdac == Rdac::yes)
      return {CheckerKind::rdac, "page 0xc9 identifies an RDAC array, and detect_checker is on"};
    if (tpgs != scsi::Tpgs::none)
      return {CheckerKind::tur, "the unit has target port groups, and detect_checker is on"};
  }
  return {settings.checker.value, to_string(settings.checker.origin)};
}

}  // namespace multipath
