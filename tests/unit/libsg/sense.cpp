#include "libsg/sense.h"

#include <doctest/doctest.h>

#include "tests/support/scsi_bytes.h"

using scsi::decode_sense;
using scsi::Sense;
using scsi::SenseKey;
using tests::ByteVector;
using tests::ByteView;

TEST_CASE("every sense key decodes from fixed and descriptor sense data") {
  for (int key = 0; key < 16; ++key) {
    const Sense sense{static_cast<SenseKey>(key), 0x29, 0x07, false};
    CHECK(decode_sense(tests::fixed_sense(sense.key, 0x29, 0x07)) == sense);
    CHECK(decode_sense(tests::descriptor_sense(sense.key, 0x29, 0x07)) == sense);
  }
}

TEST_CASE("response codes 0x71 and 0x73 are deferred errors") {
  CHECK(decode_sense(tests::deferred(tests::fixed_sense(SenseKey::medium_error)))->deferred);
  CHECK(decode_sense(tests::deferred(tests::descriptor_sense(SenseKey::medium_error)))->deferred);
}

TEST_CASE("the valid bit of the response code changes nothing") {
  auto data = tests::fixed_sense(SenseKey::not_ready, 0x04, 0x0b);
  data[0] |= 0x80;
  CHECK(decode_sense(data) == Sense{SenseKey::not_ready, 0x04, 0x0b, false});
}

TEST_CASE("other response codes are not sense data") {
  auto data = tests::fixed_sense(SenseKey::not_ready);
  for (int code = 0; code < 0x80; ++code) {
    data[0] = static_cast<std::uint8_t>(code);
    CHECK(decode_sense(data).has_value() == (code >= 0x70 && code <= 0x73));
  }
}

TEST_CASE("truncated fixed sense data gives its known part") {
  const auto data = tests::fixed_sense(SenseKey::unit_attention, 0x3f, 0x0e);
  for (std::size_t length = 0; length <= data.size(); ++length) {
    CAPTURE(length);
    const auto sense = decode_sense(ByteView(data).first(length));
    REQUIRE(sense.has_value() == (length > 2));
    if (!sense) continue;
    CHECK(sense->key == SenseKey::unit_attention);
    CHECK(sense->asc == (length > 12 ? 0x3f : 0));
    CHECK(sense->ascq == (length > 13 ? 0x0e : 0));
  }
}

TEST_CASE("truncated descriptor sense data gives its known part") {
  const auto data = tests::descriptor_sense(SenseKey::unit_attention, 0x3f, 0x0e);
  for (std::size_t length = 0; length <= data.size(); ++length) {
    CAPTURE(length);
    const auto sense = decode_sense(ByteView(data).first(length));
    REQUIRE(sense.has_value() == (length > 1));
    if (!sense) continue;
    CHECK(sense->key == SenseKey::unit_attention);
    CHECK(sense->asc == (length > 2 ? 0x3f : 0));
    CHECK(sense->ascq == (length > 3 ? 0x0e : 0));
  }
}

TEST_CASE("bytes after the additional sense length are ignored") {
  auto data = tests::fixed_sense(SenseKey::not_ready, 0x04, 0x0b);
  data[7] = 4;
  CHECK(decode_sense(data) == Sense{SenseKey::not_ready, 0, 0, false});
  data[7] = 5;
  CHECK(decode_sense(data) == Sense{SenseKey::not_ready, 0x04, 0, false});
  data[7] = 0xff;
  CHECK(decode_sense(data) == Sense{SenseKey::not_ready, 0x04, 0x0b, false});
}

TEST_CASE("sense data prints its key in words and its codes in hex") {
  CHECK(to_string(Sense{SenseKey::not_ready, 0x04, 0x0b, false}) == "not ready 04/0b");
  CHECK(to_string(Sense{SenseKey::medium_error, 0x0c, 0, true}) == "medium error 0c/00 (deferred)");
  CHECK(to_string(SenseKey::completed) == "completed");
}
