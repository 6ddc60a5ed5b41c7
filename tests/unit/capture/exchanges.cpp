#include "multipath/capture/exchanges.h"

#include <doctest/doctest.h>

using namespace multipath;
using scsi::Command;
using scsi::Delivery;
using scsi::Response;

namespace {

Response with_data(scsi::ByteVector data) {
  Response response;
  response.data = std::move(data);
  return response;
}

Exchanges replayed(const ExchangeTexts& texts) {
  auto exchanges = Exchanges::parse(texts.index, [files = texts.files](const std::string& name) {
    const auto found = files.find(name);
    return found == files.end() ? std::nullopt : std::optional(found->second);
  });
  REQUIRE(exchanges.has_value());
  return std::move(*exchanges);
}

const Command page83 = scsi::inquiry_vpd(0x83, 252, std::chrono::seconds(1));
const Command ready = scsi::test_unit_ready(std::chrono::seconds(1));

}  // namespace

TEST_CASE("every kind of response comes back from its line") {
  Response sense;
  sense.status = scsi::Status::check_condition;
  sense.sense = {0x70, 0, 5};
  sense.data = {1};
  Response silent, lost, error, refused;
  silent.delivery = Delivery::timed_out;
  lost.delivery = Delivery::no_connection;
  lost.host_status = 1;
  error.delivery = Delivery::transport_error;
  error.host_status = 14;
  refused.delivery = Delivery::refused;
  refused.os_error = 19;
  int number = 0;
  for (const Response& response :
       {Response{}, with_data({0, 0x83, 0, 1, 7}), sense, silent, lost, error, refused}) {
    CAPTURE(number++);
    ExchangeNotes notes;
    notes.answered("sg0", page83, response);
    CHECK(replayed(notes.render()).execute("sg0", page83.cdb) == response);
  }
}

TEST_CASE("a node that could not be opened replays its error") {
  ExchangeNotes notes;
  notes.refused_to_open("sg0", 6);
  notes.answered("sg1", ready, Response{});
  const Exchanges exchanges = replayed(notes.render());
  CHECK(exchanges.open("sg0").error == 6);
  CHECK(exchanges.open("sg1").recorded);
  CHECK(exchanges.open("sg1").error == 0);
  CHECK_FALSE(exchanges.open("sg2").recorded);
  CHECK_FALSE(exchanges.execute("sg1", page83.cdb));
}

TEST_CASE("answers with the same bytes share a file") {
  ExchangeNotes notes;
  notes.answered("sg0", page83, with_data({0, 0x83, 0, 0}));
  notes.answered("sg1", page83, with_data({0, 0x83, 0, 0}));
  notes.answered("sg2", page83, with_data({0, 0x83, 0, 1, 1}));
  const ExchangeTexts texts = notes.render();
  CHECK(texts.files.size() == 2);
  CHECK(replayed(texts).execute("sg1", page83.cdb)->data == scsi::ByteVector{0, 0x83, 0, 0});
}

TEST_CASE("hex may have comments and lines; other text is rejected") {
  const scsi::ByteVector bytes(40, 0xab);
  CHECK(parse_hex_text(hex_text(bytes, "sda vpd-83")) == bytes);
  CHECK(parse_hex_text("00 83 # page\n\n 00 04\n") == scsi::ByteVector{0, 0x83, 0, 4});
  for (const char* text : {"0", "0x00", "zz", "000"}) CHECK_FALSE(parse_hex_text(text));
}

TEST_CASE("an invalid exchange is reported with its line number") {
  const auto mistake = [](const std::string& text) {
    const auto exchanges = Exchanges::parse(text, nullptr);
    return exchanges ? std::size_t{0} : exchanges.error().line;
  };
  CHECK(mistake("sg0 12 = good\nsg0 12\n") == 2);
  CHECK(mistake("sg0 12 = splendid\n") == 1);
  CHECK(mistake("sg0 12 = refused x\n") == 1);
  CHECK(mistake("sg0 12 = good data ../../etc/shadow\n") == 1);
  CHECK(mistake("sg0 open = no\n") == 1);
}

TEST_CASE("an exchange whose data file is missing has no answer") {
  const auto exchanges =
      Exchanges::parse("sg0 12 = good data x.hex\n", [](const auto&) { return std::nullopt; });
  REQUIRE(exchanges);
  CHECK_FALSE(exchanges->execute("sg0", {0x12}));
}
