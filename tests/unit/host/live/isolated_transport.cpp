#include "multipath/host/live/isolated_transport.h"

#include <cerrno>
#include <chrono>
#include <system_error>

#include <doctest/doctest.h>

#include "libsg/ask.h"
#include "multipath/host/live/isolated_message.h"
#include "tests/support/fake_unit.h"

using namespace multipath;
using namespace std::chrono_literals;

namespace {

std::unique_ptr<tests::FakeTransport> one_disk() {
  auto transport = std::make_unique<tests::FakeTransport>();
  transport->units.emplace(
      "sda",
      tests::fake_disk("ACME", "GOLD", "1234", {0x50, 0x0a, 0x0b, 0x80, 0x00, 0x0f, 0x1e, 0x2d}));
  return transport;
}

}  // namespace

TEST_CASE("a unit queried through the other process gives the same answer") {
  auto here = one_disk();
  const auto expected = scsi::ask_device_identification(*here->open("sda"), 1s);
  IsolatedTransport apart(one_disk());
  const auto unit = apart.open("sda");
  const auto page = scsi::ask_device_identification(*unit, 1s);
  REQUIRE(page.has_value());
  CHECK(*page == *expected);
  CHECK(scsi::ask_standard_inquiry(*unit, 1s)->product == "GOLD");
}

TEST_CASE("a node that cannot be opened fails for the same reason") {
  IsolatedTransport apart(one_disk());
  try {
    apart.open("sdz");
    FAIL("opened");
  } catch (const std::system_error& error) {
    CHECK(error.code().value() == ENXIO);
    CHECK(std::string(error.what()).find("sdz") != std::string::npos);
  }
}

TEST_CASE("several units share one process") {
  auto transport = one_disk();
  transport->units.emplace("sdb", transport->units.at("sda"));
  IsolatedTransport apart(std::move(transport));
  const auto first = apart.open("sda"), second = apart.open("sdb");
  CHECK(scsi::ask_unit_serial_number(*second, 1s).has_value());
  CHECK(scsi::ask_unit_serial_number(*first, 1s).has_value());
}

TEST_CASE("commands and responses survive a round trip through packets") {
  const scsi::Command command{{0x12, 1, 0x83, 0, 252, 0}, 252, 5s};
  CHECK(unpack_command(pack(command)) == command);
  const scsi::Response response{.delivery = scsi::Delivery::transport_error,
                                .status = scsi::Status::busy,
                                .data = {1, 2, 3},
                                .sense = {0x70},
                                .os_error = EIO,
                                .host_status = 7};
  CHECK(unpack_response(pack(response)) == response);
  CHECK(unpack_opened(pack(Opened{ENXIO, "open sdz"})) == Opened{ENXIO, "open sdz"});
}

TEST_CASE("a truncated packet is rejected") {
  const auto packet = pack(scsi::Response{.data = {1, 2, 3}, .sense = {0x70}});
  for (std::size_t length = 0; length < packet.size(); ++length)
    CHECK_FALSE(unpack_response(scsi::ByteView(packet).first(length)).has_value());
}
