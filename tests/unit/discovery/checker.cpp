#include "multipath/discovery/checker.h"

#include <doctest/doctest.h>

#include "tests/support/contains.h"
#include "tests/support/scsi_bytes.h"
#include "tests/support/vendor_unit.h"

using namespace multipath;
using scsi::Delivery;
using scsi::Response;
using scsi::SenseKey;
using scsi::Tpgs;
using std::chrono::milliseconds;
using tests::bytes;
using tests::check_condition;
using tests::contains;
using tests::fixed_sense;
using tests::not_delivered;
using tests::VendorUnit;

namespace {

constexpr milliseconds limit{1000};
constexpr int did_error = 0x07, did_abort = 0x05, did_transport_failfast = 0x0f;

VendorUnit disk() { return VendorUnit(tests::fake_disk("ACME", "Disk", "1", bytes({0x61}))); }

Response sense(SenseKey key, int asc = 0, int ascq = 0) {
  return check_condition(fixed_sense(key, asc, ascq));
}

Response with_status(scsi::Status status) {
  Response response;
  response.status = status;
  return response;
}

CheckerState tur(const Response& response) {
  auto unit = disk();
  unit.unit().test_unit_ready = response;
  return check(unit, CheckerKind::tur, limit).state;
}

CheckerState rdac(std::initializer_list<int> bytes_8_to_13) {
  auto unit = disk();
  unit.unit().pages[0xc9] = tests::rdac_page(bytes_8_to_13);
  return check(unit, CheckerKind::rdac, limit).state;
}

Checked clariion(const scsi::ByteVector& page, const Response& read = {}) {
  auto unit = disk();
  unit.unit().pages[0xc0] = page;
  unit.read_10 = read;
  return check(unit, CheckerKind::emc_clariion, limit);
}

DeviceSettings settings_with(CheckerKind kind, Origin::Kind origin, const std::string& section) {
  DeviceSettings settings;
  settings.detect_checker.value = true;
  settings.detect_prio.value = true;
  settings.checker.value = kind;
  settings.checker.origin.kind = origin;
  settings.checker.origin.section = section;
  return settings;
}

}  // namespace

TEST_CASE("tur: the state follows the result of TEST UNIT READY") {
  CHECK(tur({}) == CheckerState::ready);
  CHECK(tur(sense(SenseKey::recovered_error)) == CheckerState::ready);
  CHECK(tur(with_status(scsi::Status::reservation_conflict)) == CheckerState::ready);
  CHECK(tur(sense(SenseKey::not_ready, 0x04, 0x0b)) == CheckerState::ghost);
  CHECK(tur(sense(SenseKey::not_ready, 0x04, 0x0a)) == CheckerState::pending);
  CHECK(tur(sense(SenseKey::illegal_request, 0x25, 0x00)) == CheckerState::disconnected);
  CHECK(tur(sense(SenseKey::illegal_request, 0x25, 0x01)) == CheckerState::faulty);
  CHECK(tur(sense(SenseKey::not_ready, 0x04, 0x0c)) == CheckerState::faulty);
  CHECK(tur(sense(SenseKey::not_ready, 0x3a, 0x00)) == CheckerState::faulty);
  CHECK(tur(sense(SenseKey::hardware_error, 0x04, 0x0b)) == CheckerState::faulty);
  CHECK(tur(sense(SenseKey::unit_attention, 0x29, 0x00)) == CheckerState::faulty);
  CHECK(tur(with_status(scsi::Status::busy)) == CheckerState::faulty);
  CHECK(tur(check_condition({})) == CheckerState::faulty);
  CHECK(tur(not_delivered(Delivery::timed_out)) == CheckerState::faulty);
  CHECK(tur(not_delivered(Delivery::no_connection, 1)) == CheckerState::faulty);
  CHECK(tur(not_delivered(Delivery::refused)) == CheckerState::faulty);
}

TEST_CASE("tur: descriptor sense data gives the same states") {
  CHECK(tur(check_condition(tests::descriptor_sense(SenseKey::not_ready, 0x04, 0x0b))) ==
        CheckerState::ghost);
}

TEST_CASE("tur: an undelivered command has no status or sense") {
  auto response = not_delivered(Delivery::transport_error, did_abort);
  response.status = scsi::Status::reservation_conflict;
  response.sense = fixed_sense(SenseKey::not_ready, 0x04, 0x0b);
  CHECK(tur(response) == CheckerState::faulty);
}

TEST_CASE("a working path has no message, others have the reason") {
  auto unit = disk();
  CHECK(check(unit, CheckerKind::tur, limit).text.empty());
  unit.unit().test_unit_ready = sense(SenseKey::not_ready, 0x04, 0x0b);
  CHECK(check(unit, CheckerKind::tur, limit).text ==
        "TEST UNIT READY: not ready 04/0b, the target port is in standby");
}

TEST_CASE("tur: unit attentions and transient transport errors are retried") {
  auto unit = disk();
  unit.before = {sense(SenseKey::unit_attention, 0x29),
                 not_delivered(Delivery::transport_error, did_error),
                 sense(SenseKey::unit_attention, 0x2a, 0x06)};
  CHECK(check(unit, CheckerKind::tur, limit).state == CheckerState::ready);
  CHECK(unit.journal.size() == 4);
}

TEST_CASE("tur: transport errors end after five tries") {
  auto unit = disk();
  unit.before.assign(9, not_delivered(Delivery::transport_error, did_error));
  CHECK(check(unit, CheckerKind::tur, limit).state == CheckerState::faulty);
  CHECK(unit.journal.size() == 5);
}

TEST_CASE("tur: permanent errors are not retried") {
  for (const Response& response :
       {not_delivered(Delivery::transport_error, did_abort), not_delivered(Delivery::timed_out),
        not_delivered(Delivery::transport_error, did_transport_failfast),
        not_delivered(Delivery::no_connection, 1), not_delivered(Delivery::refused)}) {
    auto unit = disk();
    unit.before.assign(9, response);
    CHECK(check(unit, CheckerKind::tur, limit).state == CheckerState::faulty);
    CHECK(unit.journal.size() == 1);
  }
}

TEST_CASE("readsector0 and directio read the first block") {
  for (const auto kind : {CheckerKind::readsector0, CheckerKind::directio}) {
    auto unit = disk();
    CHECK(check(unit, kind, limit) == Checked{CheckerState::ready, ""});
    CHECK(unit.journal.size() == 1);
    unit.read_10 = sense(SenseKey::not_ready, 0x04, 0x0b);
    CHECK(check(unit, kind, limit).state == CheckerState::ghost);
    unit.read_10 = sense(SenseKey::not_ready, 0x04, 0x0a);
    CHECK(check(unit, kind, limit).state == CheckerState::pending);
    unit.read_10 = sense(SenseKey::not_ready, 0x04, 0x03);
    CHECK(check(unit, kind, limit).state == CheckerState::faulty);
    unit.read_10 = sense(SenseKey::illegal_request, 0x25);
    CHECK(check(unit, kind, limit).state == CheckerState::disconnected);
    unit.read_10 = sense(SenseKey::medium_error, 0x11);
    CHECK(contains(check(unit, kind, limit).text, "medium error 11/00"));
    unit.read_10 = not_delivered(Delivery::timed_out);
    CHECK(check(unit, kind, limit).state == CheckerState::faulty);
  }
}

TEST_CASE("an empty read means that the path is down") {
  auto unit = disk();
  unit.block_length = 0;
  CHECK(check(unit, CheckerKind::directio, limit).state == CheckerState::faulty);
}

TEST_CASE("rdac: the owner is ready, the other controller is ghost") {
  CHECK(rdac({0x01, 0x01}) == CheckerState::ready);
  CHECK(rdac({0x00, 0x02}) == CheckerState::ghost);
  CHECK(rdac({0x20, 0x02}) == CheckerState::ready);  // I/O shipping
}

TEST_CASE("rdac: an unavailable or starting controller is down") {
  CHECK(rdac({0x11, 0, 0x03, 6, 0x00}) == CheckerState::faulty);
  CHECK(rdac({0x11, 0, 0x0f, 0, 0x00}) == CheckerState::faulty);
  CHECK(rdac({0x11, 0, 0x0f, 0, 0x0f}) == CheckerState::ready);  // MODE SELECT is at work
  CHECK(rdac({0x10, 0, 0x0f, 0, 0x0f}) == CheckerState::ghost);
  CHECK(rdac({0x01, 0, 0x03, 6, 0x00}) == CheckerState::ready);  // the states do not count
  auto unit = disk();
  unit.unit().pages[0xc9] = tests::rdac_page({0x11, 0, 0x03, 6, 0x00});
  CHECK(check(unit, CheckerKind::rdac, limit).text ==
        "page 0xc9: the controller is quiesced by its administrator");
}

TEST_CASE("rdac: without a unit or a valid page the path is down") {
  auto unit = disk();
  CHECK(check(unit, CheckerKind::rdac, limit).state == CheckerState::faulty);
  const auto page = tests::rdac_page({0x01, 0x01});
  unit.unit().pages[0xc9] = page;
  unit.unit().pages[0xc9][0] = 0x20;
  CHECK(contains(check(unit, CheckerKind::rdac, limit).text, "no logical unit is connected"));
  for (std::size_t size = 0; size < page.size(); ++size) {
    unit.unit().pages[0xc9] = page;
    unit.unit().pages[0xc9].resize(size);
    CHECK(check(unit, CheckerKind::rdac, limit).state == CheckerState::faulty);
  }
  unit.unit().pages[0xc9] = tests::vpd_page(0xc9, scsi::ByteVector(0x2c));
  CHECK(check(unit, CheckerKind::rdac, limit).state == CheckerState::faulty);
  unit.unit().pages[0xc9] = page;
  unit.unit().always = not_delivered(Delivery::timed_out);
  CHECK(check(unit, CheckerKind::rdac, limit).text == "page 0xc9: time-out");
}

TEST_CASE("emc_clariion: an owned unit is read, a passive path is ready unread") {
  CHECK(clariion(tests::clariion_page(2, 0, 0)).state == CheckerState::ready);
  CHECK(
      clariion(tests::clariion_page(2, 0, 0), sense(SenseKey::illegal_request, 0x25, 0x01)).state ==
      CheckerState::faulty);
  CHECK(clariion(tests::clariion_page(1, 0, 1), sense(SenseKey::not_ready, 0x04, 0x03)).state ==
        CheckerState::ready);
}

TEST_CASE("emc_clariion: conditions that keep a path from working") {
  auto page = tests::clariion_page(2, 0, 0);
  page[48] = 1;
  CHECK(clariion(page).state == CheckerState::shaky);
  page = tests::clariion_page(2, 0, 0);
  page[28] = 0x01;
  CHECK(contains(clariion(page).text, "not registered for failover"));
  CHECK(clariion(page).state == CheckerState::faulty);
  CHECK(clariion(tests::clariion_page(0, 0, 0)).state == CheckerState::faulty);
  page = tests::clariion_page(2, 0, 0);
  for (std::size_t size = 0; size < page.size(); ++size) {
    const scsi::ByteVector cut(page.begin(), page.begin() + static_cast<long>(size));
    CHECK(clariion(cut).state == CheckerState::faulty);
  }
  auto unit = disk();
  CHECK(contains(check(unit, CheckerKind::emc_clariion, limit).text, "illegal request"));
}

TEST_CASE("hp_sw: ready, ghost or faulty") {
  auto unit = disk();
  CHECK(check(unit, CheckerKind::hp_sw, limit).state == CheckerState::ready);
  unit.unit().test_unit_ready = sense(SenseKey::not_ready, 0x04, 0x02);
  CHECK(check(unit, CheckerKind::hp_sw, limit).state == CheckerState::ghost);
  unit.unit().test_unit_ready = not_delivered(Delivery::timed_out);
  CHECK(check(unit, CheckerKind::hp_sw, limit).state == CheckerState::faulty);
  unit.unit().test_unit_ready.reset();
  unit.unit().pages.erase(0x80);
  CHECK(check(unit, CheckerKind::hp_sw, limit).state == CheckerState::faulty);
}

TEST_CASE("none sends no command") {
  auto unit = disk();
  unit.unit().always = not_delivered(Delivery::timed_out);
  CHECK(check(unit, CheckerKind::none, limit) == Checked{CheckerState::ready, ""});
  CHECK(unit.journal.empty());
}

TEST_CASE("without queries only the kernel's state counts") {
  CHECK(state_without_asking(DeviceState::running) == CheckerState::ready);
  CHECK(state_without_asking(DeviceState::blocked) == CheckerState::pending);
  CHECK(state_without_asking(DeviceState::quiesce) == CheckerState::pending);
  for (const auto state : {DeviceState::offline, DeviceState::transport_offline,
                           DeviceState::created, DeviceState::deleted, DeviceState::unknown})
    CHECK(state_without_asking(state) == CheckerState::faulty);
}

TEST_CASE("every checker reports why a path is down and obeys the limit") {
  for (const auto kind : {CheckerKind::tur, CheckerKind::readsector0, CheckerKind::directio,
                          CheckerKind::rdac, CheckerKind::emc_clariion, CheckerKind::hp_sw}) {
    auto unit = disk();
    unit.before.assign(9, not_delivered(Delivery::no_connection, 1));
    const auto checked = check(unit, kind, limit);
    CHECK(checked.state == CheckerState::faulty);
    CHECK(contains(checked.text, "no connection to the target"));
    for (const auto& command : unit.journal) CHECK(command.timeout == limit);
  }
}

TEST_CASE("an RDAC array is detected by its page") {
  const auto by_default = settings_with(CheckerKind::tur, Origin::Kind::built_in, "");
  const auto by_row = settings_with(CheckerKind::rdac, Origin::Kind::hardware_table, "");
  auto unit = disk();
  unit.unit().pages[0xc9] = tests::rdac_page({0x01, 0x01});
  CHECK(detect_rdac(unit, by_row, MayBeRdac::yes, limit) == Rdac::yes);
  CHECK(unit.journal.size() == 1);
  unit.journal.clear();
  CHECK(detect_rdac(unit, by_default, MayBeRdac::yes, limit) == Rdac::no);  // not in page 0
  CHECK(unit.journal.size() == 1);
  unit.unit().pages[0x00] = tests::vpd_page(0x00, bytes({0x00, 0x80, 0x83, 0xc9}));
  CHECK(detect_rdac(unit, by_default, MayBeRdac::yes, limit) == Rdac::yes);
  unit.unit().pages[0xc9][7] = '2';
  CHECK(detect_rdac(unit, by_row, MayBeRdac::yes, limit) == Rdac::no);
  unit.unit().always = not_delivered(Delivery::timed_out);
  CHECK(detect_rdac(unit, by_row, MayBeRdac::yes, limit) == Rdac::no);
  CHECK(detect_rdac(unit, by_default, MayBeRdac::yes, limit) == Rdac::no);
}

TEST_CASE(
    "hardware that cannot be RDAC is queried for the RDAC page only if its settings require it") {
  auto unit = disk();
  unit.unit().pages[0x00] = tests::vpd_page(0x00, bytes({0x00, 0x80, 0x83, 0xc9}));
  unit.unit().pages[0xc9] = tests::rdac_page({0x01, 0x01});
  CHECK(detect_rdac(unit, settings_with(CheckerKind::tur, Origin::Kind::built_in, ""),
                    MayBeRdac::no, limit) == Rdac::no);
  CHECK(detect_rdac(unit, settings_with(CheckerKind::tur, Origin::Kind::file, "defaults"),
                    MayBeRdac::no, limit) == Rdac::no);
  CHECK(unit.journal.empty());
  CHECK(detect_rdac(unit, settings_with(CheckerKind::rdac, Origin::Kind::hardware_table, ""),
                    MayBeRdac::no, limit) == Rdac::yes);
}

TEST_CASE("a unit with another checker or without detection is not queried") {
  auto unit = disk();
  CHECK(detect_rdac(unit, settings_with(CheckerKind::directio, Origin::Kind::hardware_table, ""),
                    MayBeRdac::yes, limit) == Rdac::no);
  CHECK(detect_rdac(unit,
                    settings_with(CheckerKind::directio, Origin::Kind::file, "devices device"),
                    MayBeRdac::yes, limit) == Rdac::no);
  auto off = settings_with(CheckerKind::rdac, Origin::Kind::hardware_table, "");
  off.detect_checker.value = off.detect_prio.value = false;
  CHECK(detect_rdac(unit, off, MayBeRdac::yes, limit) == Rdac::no);
  CHECK(unit.journal.empty());
}

TEST_CASE("detect_checker prefers rdac, then tur for TPGS, then the setting") {
  auto settings = settings_with(CheckerKind::directio, Origin::Kind::file, "defaults");
  CHECK(effective_checker(settings, Rdac::yes, Tpgs::implicit).kind == CheckerKind::rdac);
  CHECK(effective_checker(settings, Rdac::no, Tpgs::implicit).kind == CheckerKind::tur);
  CHECK(effective_checker(settings, Rdac::no, Tpgs::none).kind == CheckerKind::directio);
  CHECK(contains(effective_checker(settings, Rdac::no, Tpgs::none).text, "defaults"));
  settings.detect_checker.value = false;
  CHECK(effective_checker(settings, Rdac::yes, Tpgs::implicit).kind == CheckerKind::directio);
}
