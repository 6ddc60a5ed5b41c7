#include <functional>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "libsg/device_identification.h"
#include "libsg/inquiry.h"
#include "libsg/sense.h"
#include "libsg/target_port_groups.h"
#include "libsg/vendor_clariion.h"
#include "libsg/vendor_hitachi.h"
#include "libsg/vendor_ontap.h"
#include "libsg/vendor_rdac.h"
#include "libsg/vital_product_data.h"
#include "tests/support/scsi_bytes.h"
#include "tests/support/vendor_unit.h"

using namespace scsi;
using tests::bytes;

namespace {

/// Each decoder with good bytes, and what it makes of bytes, as a text; "" when it refuses them. Whatever a decoder gives has to
/// come from bytes that are there: each run gets a vector of its own, and an index behind its end stops the test
/// (_GLIBCXX_ASSERTIONS).
struct Decoder {
  const char* name;
  ByteVector good;
  std::function<std::string(const ByteVector&)> decode;
};

std::string designators_text(const ByteVector& data) {
  const auto page = decode_device_identification(data);
  if (!page) return "";
  std::string text = page->pre_spc3 ? "before SPC-3" : "page";
  std::size_t taken = 4;
  for (const Designator& designator : page->designators) {
    text += " " + to_string(designator.type) + to_string(designator.association) +
            to_string(designator.code_set) + std::to_string(designator.bytes.size());
    taken += 4 + designator.bytes.size();
  }
  CHECK(taken <= data.size());
  CHECK(taken <= 4U + data[2] * 256U + data[3]);
  if (page->cut_short) CHECK(page->cut_short->offset <= data.size());
  return text;
}

std::string groups_text(const ByteVector& data) {
  const auto groups = decode_target_port_groups(data);
  if (!groups) return "";
  std::string text = "groups";
  std::size_t taken = 4;
  for (const TargetPortGroup& group : *groups) {
    text += " " + std::to_string(group.id) + to_string(group.state);
    taken += 8 + 4 * group.relative_ports.size();
  }
  CHECK(taken <= data.size());
  return text;
}

ByteVector vpd(std::uint8_t code, const ByteVector& body) { return tests::vpd_page(code, body); }

ByteVector text_bytes(const std::string& text) { return {text.begin(), text.end()}; }

ByteVector rdac() {
  ByteVector body(0x28);
  const ByteVector begin = bytes({'v', 'a', 'c', '1', 0x31, 0x01, 0x01, 0x02, 0x02});
  std::copy(begin.begin(), begin.end(), body.begin());
  return vpd(volume_access_page, body);
}

const std::vector<Decoder>& decoders() {
  static const std::vector<Decoder> all{
      {"device identification",
       vpd(0x83, bytes({0x01, 0x03, 0,    8,    0x50, 0x01, 0x43, 0x80, 1,   2,   3,   4,
                        0x02, 0x01, 0,    10,   'V',  'E',  'N',  'D',  'O', 'R', ' ', ' ',
                        'S',  '1',  0x61, 0x94, 0,    4,    0,    0,    0,   1})),
       designators_text},
      {"device identification from before SPC-3",
       vpd(0x83, bytes({0x60, 0x06, 0x0e, 0x80, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 0xff})),
       designators_text},
      {"supported pages", vpd(0x00, bytes({0x00, 0x80, 0x83})),
       [](const ByteVector& data) {
         const auto pages = decode_supported_pages(data);
         if (pages) CHECK(pages->size() + 4 <= data.size());
         return pages ? "pages " + std::to_string(pages->size()) : "";
       }},
      {"serial number", vpd(0x80, text_bytes("  SERIAL 1 ")),
       [](const ByteVector& data) {
         const auto serial = decode_unit_serial_number(data);
         if (serial) CHECK(serial->size() + 4 <= data.size());
         return serial ? "serial " + *serial : "";
       }},
      {"INQUIRY", ByteVector(36, 0x20),
       [](const ByteVector& data) {
         const auto inquiry = decode_standard_inquiry(data);
         return inquiry ? "inquiry " + inquiry->vendor + inquiry->product + inquiry->revision : "";
       }},
      {"INQUIRY of Hitachi", ByteVector(60, '1'),
       [](const ByteVector& data) {
         return decode_hitachi_inquiry(data) ? std::string("hitachi") : "";
       }},
      {"target port groups", bytes({0,    0,    0, 28, 0x01, 0x0f, 0, 1, 0, 2, 0, 1, 0, 0, 0, 1,
                                    0x80, 0x0f, 0, 2,  0,    2,    0, 2, 0, 0, 0, 2, 0, 0, 0, 3}),
       groups_text},
      {"target port groups, extended header",
       bytes({0, 0, 0, 16, 0x10, 5, 0, 0, 0x01, 0x0f, 0, 1, 0, 2, 0, 1, 0, 0, 0, 1}), groups_text},
      {"fixed sense", bytes({0x70, 0, 6, 0, 0, 0, 0, 10, 0, 0, 0, 0, 0x29, 0x01, 0, 0, 0, 0}),
       [](const ByteVector& data) {
         const auto sense = decode_sense(data);
         return sense ? to_string(*sense) : "";
       }},
      {"descriptor sense", bytes({0x72, 6, 0x29, 0x01, 0, 0, 0, 0}),
       [](const ByteVector& data) {
         const auto sense = decode_sense(data);
         return sense ? to_string(*sense) : "";
       }},
      {"volume access", rdac(),
       [](const ByteVector& data) {
         return decode_volume_access(data) ? std::string(is_vac1(data) ? "vac1" : "vac") : "";
       }},
      {"unit path report", tests::clariion_page(2, 1, 1),
       [](const ByteVector& data) {
         return decode_unit_path_report(data) ? std::string("report") : "";
       }},
      {"vendor attributes of ONTAP",
       bytes(
           {0, 0, 0, 0, 0x0a, 0x98, 0x0a, 0x01, ontap_protocol_page, 0, 0, 0, 'i', 's', 'w', 't'}),
       [](const ByteVector& data) {
         const auto protocol = decode_ontap_protocol(data);
         return protocol ? "protocol " + std::to_string(static_cast<int>(*protocol)) : "";
       }},
      {"proxy page of ONTAP",
       vpd(ontap_proxy_page,
           bytes({0, 0, 0, 0, 0x0a, 0x98, 0x0a, 0x00, 0xc1, 0x00, 0, 0, 0, 0, 0, 2})),
       [](const ByteVector& data) { return decode_ontap_proxy(data) ? std::string("proxy") : ""; }},
  };
  return all;
}

}  // namespace

TEST_CASE("every decoder accepts valid data") {
  for (const Decoder& decoder : decoders())
    CHECK_MESSAGE(!decoder.decode(decoder.good).empty(), decoder.name);
}

TEST_CASE("no decoder reads past the end of truncated data") {
  for (const Decoder& decoder : decoders()) {
    CAPTURE(decoder.name);
    for (std::size_t size = 0; size < decoder.good.size(); ++size) {
      decoder.decode(
          {decoder.good.begin(), decoder.good.begin() + static_cast<std::ptrdiff_t>(size)});
    }
    ByteVector longer = decoder.good;
    longer.resize(longer.size() + 300, 0xff);
    decoder.decode(longer);
  }
}

TEST_CASE("no decoder reads past the end for any value of one byte") {
  for (const Decoder& decoder : decoders()) {
    CAPTURE(decoder.name);
    for (std::size_t at = 0; at < decoder.good.size(); ++at) {
      for (int value = 0; value < 256; ++value) {
        ByteVector changed = decoder.good;
        changed[at] = static_cast<std::uint8_t>(value);
        decoder.decode(changed);
      }
    }
  }
}

TEST_CASE("no decoder reads past the end for any length field and cut") {
  for (const Decoder& decoder : decoders()) {
    CAPTURE(decoder.name);
    for (std::size_t first = 0; first < decoder.good.size(); ++first) {
      for (std::size_t second = first + 1; second < decoder.good.size(); ++second) {
        for (const int value : {0x00, 0x01, 0x7f, 0xff}) {
          ByteVector changed = decoder.good;
          changed[first] = changed[second] = static_cast<std::uint8_t>(value);
          decoder.decode(changed);
          changed.resize(second);
          decoder.decode(changed);
        }
      }
    }
  }
}

TEST_CASE("decoders reject incomplete mandatory data") {
  for (const Decoder& decoder : decoders()) {
    const std::string name = decoder.name;
    const bool may_be_cut =
        name.find("sense") != name.npos || name.find("device identification") == 0 ||
        name.find("Hitachi") != name.npos || name.find("attributes") != name.npos;
    if (may_be_cut) continue;
    ByteVector cut = decoder.good;
    cut.pop_back();
    CHECK_MESSAGE(decoder.decode(cut).empty(), name);
  }
}
