#include <doctest/doctest.h>

#include "libsg/vendor_clariion.h"
#include "libsg/vendor_hitachi.h"
#include "libsg/vendor_ontap.h"
#include "libsg/vendor_rdac.h"
#include "tests/support/scsi_bytes.h"
#include "tests/support/vendor_unit.h"

using namespace scsi;
using std::chrono::milliseconds;
using tests::bytes;
using tests::clariion_page;
using tests::rdac_page;

namespace {

ByteVector hitachi_data(std::string_view from_byte_40) {
  ByteVector data = tests::inquiry_data("HITACHI", "DF600F");
  data.resize(40, ' ');
  return tests::concat(data, tests::bytes(from_byte_40));
}

ByteVector attributes(int page, std::string_view driver) {
  auto data = bytes({0, 0, 0, 0, 0x0a, 0x98, 0x0a, 0x01, page, 0, 0, 0});
  data = tests::concat(data, tests::bytes(driver));
  data[3] = static_cast<std::uint8_t>(data.size());
  return data;
}

ByteVector proxy_page(int flags) {
  auto body = bytes({0, 0, 0, 0, 0x0a, 0x98, 0x0a, 0x00, 0xc1, 0x00, 0, 0, 0, 0, 0, flags});
  return tests::vpd_page(0xc1, body);
}

}  // namespace

TEST_CASE("an RDAC page has the owner of the volume and the preferred path") {
  const auto access = decode_volume_access(rdac_page({0x01, 0x01}));
  REQUIRE(access);
  CHECK(access->connected);
  CHECK(access->owned);
  CHECK_FALSE(access->io_shipping);
  CHECK(access->preference == VolumeAccess::PathPreference::preferred);
  CHECK_FALSE(access->groups);
}

TEST_CASE("an RDAC page has port group states only if flagged") {
  const auto access = decode_volume_access(rdac_page({0x30, 0x02, 0x03, 0x06, 0x0f, 0}));
  REQUIRE(access);
  CHECK(access->io_shipping);
  CHECK(access->preference == VolumeAccess::PathPreference::secondary);
  REQUIRE(access->groups);
  CHECK(access->groups->state == AccessState::unavailable);
  CHECK(access->groups->detail == 6);
  CHECK(access->groups->other_state == AccessState::transitioning);
}

TEST_CASE("an RDAC page of another qualifier or type means no disk") {
  for (const std::uint8_t first : {0x20, 0x60, 0x1f, 0x7f}) {
    auto page = rdac_page({0x01, 0x01});
    page[0] = first;
    const auto access = decode_volume_access(page);
    REQUIRE(access);
    CHECK_FALSE(access->connected);
  }
}

TEST_CASE("an invalid or truncated RDAC page is malformed") {
  const auto page = rdac_page({0x01, 0x01});
  for (std::size_t size = 0; size < page.size(); ++size)
    CHECK_FALSE(decode_volume_access(ByteView(page).first(size)));
  auto other = page;
  other[1] = 0xc8;
  CHECK_FALSE(decode_volume_access(other));
  other = page;
  other[6] = 'x';
  CHECK_FALSE(decode_volume_access(other));
  CHECK_FALSE(decode_volume_access(tests::vpd_page(0xc9, bytes("vac1"))));
}

TEST_CASE("vac1 is looked for in page 0xc9 only") {
  const auto page = rdac_page({0x01, 0x01});
  CHECK(is_vac1(page));
  for (std::size_t size = 0; size < 8; ++size) CHECK_FALSE(is_vac1(ByteView(page).first(size)));
  auto other = page;
  other[7] = '2';
  CHECK_FALSE(is_vac1(other));
  other = page;
  other[1] = 0xc0;
  CHECK_FALSE(is_vac1(other));
}

TEST_CASE("a CLARiiON page has the owner and the host's registration") {
  const auto report = decode_unit_path_report(clariion_page(2, 1, 1));
  REQUIRE(report);
  CHECK(report->state == UnitPathReport::UnitState::owned);
  CHECK(report->answered_by_default_owner);
  CHECK(report->set_up_for_failover);
  CHECK(report->normal_operation);
  CHECK(report->wwn[0] == 0x60);
  CHECK(report->wwn[15] == 0x6f);
  CHECK_FALSE(decode_unit_path_report(clariion_page(1, 0, 1))->answered_by_default_owner);
}

TEST_CASE("a CLARiiON path is set up when type, mode and arraycommpath are") {
  struct Row {
    std::size_t byte;
    int value;
    bool set_up;
  };
  for (const Row& row : {Row{27, 0x02, false}, Row{28, 0x06, true}, Row{28, 0xf4, true},
                         Row{28, 0x01, false}, Row{30, 0x00, false}, Row{30, 0xff, true}}) {
    auto page = clariion_page(2, 1, 1);
    page[row.byte] = static_cast<std::uint8_t>(row.value);
    CHECK(decode_unit_path_report(page)->set_up_for_failover == row.set_up);
  }
  auto page = clariion_page(2, 1, 1);
  page[48] = 1;
  CHECK_FALSE(decode_unit_path_report(page)->normal_operation);
}

TEST_CASE("a CLARiiON page of another revision or truncated is malformed") {
  const auto page = clariion_page(2, 1, 1);
  for (std::size_t size = 0; size < page.size(); ++size)
    CHECK_FALSE(decode_unit_path_report(ByteView(page).first(size)));
  auto other = page;
  other[9] = 1;
  CHECK_FALSE(decode_unit_path_report(other));
  other = page;
  other[1] = 0xc1;
  CHECK_FALSE(decode_unit_path_report(other));
  CHECK_FALSE(decode_unit_path_report(tests::vpd_page(0xc0, ByteVector(44))));
  CHECK(decode_unit_path_report(tests::vpd_page(0xc0, ByteVector(45))));
}

TEST_CASE("a filer names its target driver") {
  CHECK(decode_ontap_protocol(attributes(0x41, "ism_sw")) == OntapProtocol::iscsi_software);
  CHECK(decode_ontap_protocol(attributes(0x41, "iswta")) == OntapProtocol::iscsi_software);
  CHECK(decode_ontap_protocol(attributes(0x41, "ism_sn")) == OntapProtocol::iscsi_hardware);
  CHECK(decode_ontap_protocol(attributes(0x41, "ispfct")) == OntapProtocol::other);
  CHECK(decode_ontap_protocol(attributes(0x42, "ism_sw")) == OntapProtocol::other);
}

TEST_CASE("a truncated filer answer is not iSCSI or is malformed") {
  const auto data = attributes(0x41, "ism_sw");
  for (std::size_t size = 0; size < data.size(); ++size) {
    const auto protocol = decode_ontap_protocol(ByteView(data).first(size));
    CHECK(protocol.has_value() == (size >= 8));
    if (protocol) CHECK(*protocol == OntapProtocol::other);
  }
  auto other = data;
  other[4] = 0;
  CHECK_FALSE(decode_ontap_protocol(other));
}

TEST_CASE("a filer's vendor command carries page and length") {
  const auto command = ontap_vendor_attributes(0x41, 128, milliseconds{1000});
  CHECK(command.cdb == bytes({0xc0, 0, 1, 0x0a, 0x98, 0x0a, 0x41, 128, 0, 0}));
  CHECK(command.allocation_length == 128);
  CHECK(ontap_vendor_attributes(0x41, 1000, milliseconds{1000}).allocation_length == 255);
}

TEST_CASE("a filer's proxy page has the proxy bit") {
  CHECK(decode_ontap_proxy(proxy_page(0x02)) == OntapProxy::yes);
  CHECK(decode_ontap_proxy(proxy_page(0xfd)) == OntapProxy::no);
  const auto page = proxy_page(0x02);
  for (std::size_t size = 0; size < page.size(); ++size)
    CHECK_FALSE(decode_ontap_proxy(ByteView(page).first(size)));
  auto other = page;
  other[12] = 0;
  CHECK_FALSE(decode_ontap_proxy(other));
}

TEST_CASE("Hitachi's INQUIRY data has the parities of device and controller") {
  using Parity = HitachiInquiry::Parity;
  CHECK(decode_hitachi_inquiry(hitachi_data("010500C6 1B")) ==
        HitachiInquiry{.device = Parity::even, .controller = Parity::odd});
  CHECK(decode_hitachi_inquiry(hitachi_data("010500CF 0A")) ==
        HitachiInquiry{.device = Parity::odd, .controller = Parity::even});
}

TEST_CASE("Hitachi's INQUIRY data without digits or truncated is malformed") {
  CHECK_FALSE(decode_hitachi_inquiry(hitachi_data("010500Cf 0A")));
  CHECK_FALSE(decode_hitachi_inquiry(hitachi_data("010500C6 AA")));
  const auto data = hitachi_data("010500C6 1B");
  for (std::size_t size = 0; size <= data.size(); ++size)
    CHECK(decode_hitachi_inquiry(ByteView(data).first(size)).has_value() == (size >= 50));
}

TEST_CASE("an available page is read and decoded, a missing one is not an error") {
  tests::VendorUnit unit(tests::fake_disk("DELL", "MD36xxi", "1", bytes({0x61})));
  CHECK_FALSE(ask_volume_access(unit, milliseconds{1000}));
  CHECK_FALSE(ask_unit_path_report(unit, milliseconds{1000}));
  unit.unit().pages[0xc9] = rdac_page({0x01, 0x01});
  unit.unit().pages[0xc0] = clariion_page(2, 1, 1);
  CHECK(ask_volume_access(unit, milliseconds{1000})->owned);
  CHECK(ask_unit_path_report(unit, milliseconds{1000})->normal_operation);
  unit.unit().pages[0xc9].resize(20);
  const auto cut = ask_volume_access(unit, milliseconds{1000});
  REQUIRE_FALSE(cut);
  CHECK(to_string(cut.error()) == "volume access page announces 48 bytes but ends after 20");
}
