/// Saved answers of real devices beside the checkout, held against their manifest:
///
///     manifest = header line, then a line a sample, its columns separated by tabs:
///                file vendor product page class bytes wwid-of-scsi_id ...
///     page     = "sinq" (standard INQUIRY) | "0x" two hex digits

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "libsg/device_identification.h"
#include "libsg/inquiry.h"
#include "libsg/vital_product_data.h"
#include "tests/support/hex.h"

namespace {

const std::filesystem::path folder = "../shared/data/vpd-samples";

struct Sample {
  std::string file, vendor, product, page, kind, size, wwid;

  scsi::ByteVector bytes() const {
    std::ifstream stream(folder / file);
    REQUIRE(stream);
    std::stringstream text;
    text << stream.rdbuf();
    const auto bytes = tests::read_hex(text.str());
    REQUIRE(bytes);
    return *bytes;
  }
};

/// All samples of the manifest; nothing, and a line that says so, where there is no folder.
std::vector<Sample> samples() {
  std::ifstream manifest(folder / "manifest.tsv");
  if (!manifest) {
    std::puts("SKIP: no saved pages in ../shared/data/vpd-samples");
    return {};
  }
  std::vector<Sample> result;
  std::string line;
  std::getline(manifest, line);
  while (std::getline(manifest, line)) {
    std::istringstream columns(line);
    Sample sample;
    for (auto* field : {&sample.file, &sample.vendor, &sample.product, &sample.page, &sample.kind,
                        &sample.size, &sample.wwid}) {
      std::getline(columns, *field, '\t');
    }
    result.push_back(sample);
  }
  CHECK_FALSE(result.empty());
  return result;
}

std::vector<Sample> samples_of(std::string_view page) {
  auto result = samples();
  std::erase_if(result, [&](const Sample& sample) { return sample.page != page; });
  return result;
}

std::string hex(scsi::ByteView bytes) {
  std::string text;
  for (const auto byte : bytes) text += fmt::format("{:02x}", byte);
  return text;
}

/// What may be a logical unit's name of NAA form in the page.
std::set<std::string> naa_names(const scsi::DeviceIdentification& identification) {
  std::set<std::string> names;
  if (identification.pre_spc3) names.insert("3" + hex(*identification.pre_spc3));
  for (const auto& designator : identification.designators) {
    if (designator.association == scsi::Association::logical_unit && naa_format(designator)) {
      names.insert("3" + hex(designator.bytes));
    }
  }
  return names;
}

}  // namespace

TEST_CASE("every saved sample has the bytes that its manifest counts") {
  for (const auto& sample : samples()) {
    CAPTURE(sample.file);
    CHECK(std::to_string(sample.bytes().size()) == sample.size);
  }
}

TEST_CASE("every saved INQUIRY names the vendor and product of its manifest") {
  for (const auto& sample : samples_of("sinq")) {
    CAPTURE(sample.file);
    const auto inquiry = scsi::decode_standard_inquiry(sample.bytes());
    REQUIRE(inquiry);
    CHECK(inquiry->vendor == sample.vendor);
    CHECK(inquiry->product == sample.product);
    CHECK(inquiry->peripheral_type == 0);
  }
}

TEST_CASE("every saved page 0x00 lists the pages 0x00 and 0x83") {
  for (const auto& sample : samples_of("0x00")) {
    CAPTURE(sample.file);
    const auto pages = scsi::decode_supported_pages(sample.bytes());
    REQUIRE(pages);
    CHECK(std::count(pages->begin(), pages->end(), 0x00) == 1);
    CHECK(std::count(pages->begin(), pages->end(), 0x83) == 1);
  }
}

TEST_CASE("every saved page 0x80 has a serial number without blanks around it") {
  for (const auto& sample : samples_of("0x80")) {
    CAPTURE(sample.file);
    const auto serial = scsi::decode_unit_serial_number(sample.bytes());
    REQUIRE(serial);
    REQUIRE_FALSE(serial->empty());
    CHECK(serial->find_first_of(std::string_view(" \0", 2)) == std::string::npos);
  }
}

TEST_CASE("every saved page 0x83 is complete and has the known identifier") {
  for (const auto& sample : samples_of("0x83")) {
    CAPTURE(sample.file);
    const auto identification = scsi::decode_device_identification(sample.bytes());
    REQUIRE(identification);
    CHECK_FALSE(identification->cut_short);
    CHECK(naa_names(*identification).contains(sample.wwid));
  }
}

TEST_CASE("only the saved page of the old Symmetrix is pre-SPC-3") {
  for (const auto& sample : samples_of("0x83")) {
    CAPTURE(sample.file);
    const bool old = sample.file.find("prespc3") != std::string::npos;
    CHECK(scsi::decode_device_identification(sample.bytes())->pre_spc3.has_value() == old);
  }
}
