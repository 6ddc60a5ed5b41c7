#include "libsg/ask.h"

#include <algorithm>

#include <doctest/doctest.h>

#include "tests/support/fake_unit.h"
#include "tests/support/scsi_bytes.h"

using namespace std::chrono_literals;
using scsi::Delivery;
using scsi::DesignatorType;
using scsi::SenseKey;
using tests::bytes;
using tests::ByteVector;
using tests::FakeTransport;
using tests::FakeUnit;

namespace {

constexpr auto timeout = 5s;

ByteVector naa5() { return bytes({0x50, 0x06, 0x0e, 0x80, 0x16, 0x2a, 0x1c, 0x00}); }

ByteVector long_page() {
  std::vector<scsi::Designator> designators(
      4, tests::designator(DesignatorType::vendor_specific, ByteVector(200, 'v')));
  designators.push_back(tests::designator(DesignatorType::naa, naa5()));
  return tests::device_identification_page(designators);
}

/// A transport with the one unit "sda", opened.
class OneDisk {
 public:
  OneDisk() {
    transport_.units["sda"] = tests::fake_disk("VENDOR", "PRODUCT", "SERIAL", naa5());
    open_ = transport_.open("sda");
  }
  FakeUnit& fake() { return transport_.units.at("sda"); }
  scsi::LogicalUnit& unit() { return *open_; }
  std::vector<std::size_t> asked_lengths() {
    std::vector<std::size_t> lengths;
    for (const auto& command : fake().journal) lengths.push_back(command.allocation_length);
    return lengths;
  }

 private:
  FakeTransport transport_;
  std::unique_ptr<scsi::LogicalUnit> open_;
};

}  // namespace

TEST_CASE("a healthy disk answers each question with one command") {
  OneDisk disk;
  CHECK(ask_standard_inquiry(disk.unit(), timeout)->vendor == "VENDOR");
  CHECK(ask_unit_serial_number(disk.unit(), timeout) == "SERIAL");
  CHECK(ask_device_identification(disk.unit(), timeout)->designators.at(0).bytes == naa5());
  CHECK(ask_vpd_page(disk.unit(), 0x00, timeout) == disk.fake().pages[0x00]);
  CHECK(disk.asked_lengths() == std::vector<std::size_t>{36, 252, 252, 252});
  CHECK(disk.fake().journal.at(0).timeout == timeout);
}

TEST_CASE("a page longer than the first allocation is asked for once more, whole") {
  OneDisk disk;
  disk.fake().pages[0x83] = long_page();
  CHECK(ask_vpd_page(disk.unit(), 0x83, timeout) == long_page());
  CHECK(disk.asked_lengths() == std::vector<std::size_t>{252, long_page().size()});
  CHECK(ask_device_identification(disk.unit(), timeout)->designators.back().bytes == naa5());
}

TEST_CASE("a page of exactly the first allocation is not asked for again") {
  OneDisk disk;
  disk.fake().pages[0x80] = tests::vpd_page(0x80, ByteVector(248, 's'));
  CHECK(ask_unit_serial_number(disk.unit(), timeout) == std::string(248, 's'));
  CHECK(disk.asked_lengths() == std::vector<std::size_t>{252});
}

TEST_CASE("the longest page that a header can announce is asked for with the longest allocation") {
  OneDisk disk;
  disk.fake().pages[0x80] = tests::vpd_page(0x80, ByteVector(0xffff, 's'));
  CHECK(ask_vpd_page(disk.unit(), 0x80, timeout)->size() == 0xffff);
  CHECK(disk.asked_lengths() == std::vector<std::size_t>{252, 0xffff});
}

TEST_CASE("bytes after the announced end of a page are cut off") {
  OneDisk disk;
  const ByteVector page = disk.fake().pages[0x80];
  disk.fake().pages[0x80] = tests::concat(page, ByteVector(100, 0));
  CHECK(ask_vpd_page(disk.unit(), 0x80, timeout) == page);
}

TEST_CASE("another page than the requested one is malformed") {
  OneDisk disk;
  disk.fake().pages[0x83] = disk.fake().pages[0x80];
  const auto answer = ask_device_identification(disk.unit(), timeout);
  REQUIRE_FALSE(answer);
  CHECK(to_string(answer.error()) == "device sent page 0x80 when asked for 0x83");
}

TEST_CASE("another page in the answer to the larger allocation is malformed") {
  OneDisk disk;
  disk.fake().pages[0x83] = long_page();
  disk.fake().tamper = [](std::size_t number, ByteVector& data) {
    if (number == 1) data[1] = 0x80;
  };
  CHECK_FALSE(ask_vpd_page(disk.unit(), 0x83, timeout));
  CHECK(disk.fake().journal.size() == 2);
}

TEST_CASE("a page that grows again and again is asked for twice only") {
  OneDisk disk;
  disk.fake().tamper = [](std::size_t number, ByteVector& data) {
    data = tests::vpd_page(0x80, ByteVector(300 * (number + 1), 's'));
  };
  CHECK_FALSE(ask_unit_serial_number(disk.unit(), timeout));
  CHECK(disk.fake().journal.size() == 2);
}

TEST_CASE("a page that shrinks between both answers ends where it announces then") {
  OneDisk disk;
  disk.fake().tamper = [](std::size_t number, ByteVector& data) {
    data = tests::concat(tests::vpd_page(0x80, ByteVector(number == 0 ? 300 : 10, 's')),
                         ByteVector(99, 0));
  };
  CHECK(ask_unit_serial_number(disk.unit(), timeout) == std::string(10, 's'));
}

TEST_CASE("a device that refuses the larger allocation gives no half page") {
  OneDisk disk;
  disk.fake().pages[0x83] = long_page();
  disk.fake().longest_allocation = 255;
  const auto answer = ask_vpd_page(disk.unit(), 0x83, timeout);
  REQUIRE_FALSE(answer);
  CHECK(to_string(answer.error()) == "illegal request 24/00");
}

TEST_CASE("an answer shorter than announced is never filled up with zeros") {
  for (std::size_t length = 0; length < 16; ++length) {
    CAPTURE(length);
    OneDisk disk;
    disk.fake().transfer_limit = length;
    const auto answer = ask_device_identification(disk.unit(), timeout);
    REQUIRE(answer.has_value() == (length >= 4));
    if (!answer) continue;
    CHECK(answer->designators.empty());
    CHECK(answer->cut_short);
    CHECK_FALSE(ask_unit_serial_number(disk.unit(), timeout).has_value() ==
                (length < disk.fake().pages[0x80].size()));
  }
}

TEST_CASE("INQUIRY data shorter than 36 bytes is malformed, and the answer is kept") {
  OneDisk disk;
  disk.fake().transfer_limit = 20;
  const auto answer = ask_standard_inquiry(disk.unit(), timeout);
  REQUIRE_FALSE(answer);
  CHECK(answer.error().malformed);
  CHECK(answer.error().response.data.size() == 20);
}

TEST_CASE("UNIT ATTENTION is retried up to three times") {
  for (int attentions = 0; attentions < 6; ++attentions) {
    CAPTURE(attentions);
    OneDisk disk;
    disk.fake().unit_attentions = attentions;
    const auto answer = ask_standard_inquiry(disk.unit(), timeout);
    CHECK(answer.has_value() == (attentions <= scsi::unit_attention_retries));
    CHECK(disk.fake().journal.size() ==
          static_cast<std::size_t>(std::min(attentions, scsi::unit_attention_retries) + 1));
    if (!answer) CHECK(to_string(answer.error()) == "unit attention 29/00");
  }
}

TEST_CASE("a deferred error is retried") {
  OneDisk disk;
  disk.fake().deferred_errors = 1;
  CHECK(ask_unit_serial_number(disk.unit(), timeout) == "SERIAL");
}

TEST_CASE("other check conditions are not retried") {
  OneDisk disk;
  disk.fake().ready = false;
  const auto response =
      scsi::execute_past_unit_attention(disk.unit(), scsi::test_unit_ready(timeout));
  CHECK(to_string(response) == "not ready 04/03");
  CHECK(disk.fake().journal.size() == 1);
}

TEST_CASE("data with RECOVERED ERROR is accepted") {
  OneDisk disk;
  disk.fake().sense_with_data = tests::fixed_sense(SenseKey::recovered_error, 0x5d, 0x00);
  CHECK(ask_unit_serial_number(disk.unit(), timeout) == "SERIAL");
  disk.fake().sense_with_data = tests::fixed_sense(SenseKey::hardware_error, 0x44, 0x00);
  CHECK_FALSE(ask_unit_serial_number(disk.unit(), timeout));
}

TEST_CASE("a dead path is queried once and reports the reason") {
  OneDisk disk;
  disk.fake().always = tests::not_delivered(Delivery::no_connection, 1);
  const auto answer = ask_device_identification(disk.unit(), timeout);
  REQUIRE_FALSE(answer);
  CHECK_FALSE(answer.error().malformed);
  CHECK(to_string(answer.error()) == "no connection to the target");
  CHECK(disk.fake().journal.size() == 1);
}

TEST_CASE("an unsupported page gives no answer") {
  OneDisk disk;
  disk.fake().pages.erase(0x83);
  const auto answer = ask_device_identification(disk.unit(), timeout);
  REQUIRE_FALSE(answer);
  CHECK(to_string(answer.error()) == "illegal request 24/00");
}

TEST_CASE("target port groups are asked for again when they are longer than the allocation") {
  OneDisk disk;
  std::vector<scsi::TargetPortGroup> groups(40);
  for (std::size_t i = 0; i < groups.size(); ++i) {
    groups[i].id = static_cast<std::uint16_t>(i);
    groups[i].relative_ports.assign(8, static_cast<std::uint16_t>(i));
  }
  disk.fake().target_port_groups = tests::target_port_groups_data(groups);
  CHECK(ask_target_port_groups(disk.unit(), timeout) == groups);
  CHECK(disk.asked_lengths() == std::vector<std::size_t>{1024, 4 + 40 * (8 + 8 * 4)});
}

TEST_CASE("a device without target port groups gives no answer") {
  OneDisk disk;
  const auto answer = ask_target_port_groups(disk.unit(), timeout);
  REQUIRE_FALSE(answer);
  CHECK(to_string(answer.error()) == "illegal request 20/00");
}

TEST_CASE("a huge announced length is not requested") {
  OneDisk disk;
  disk.fake().target_port_groups = bytes({0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0});
  CHECK_FALSE(ask_target_port_groups(disk.unit(), timeout));
  CHECK(disk.asked_lengths() == std::vector<std::size_t>{1024, 0xffff});
}
