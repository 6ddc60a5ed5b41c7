#include "multipath/discovery/path_latency.h"

#include <cmath>
#include <memory>

#include <doctest/doctest.h>

#include "tests/support/scsi_bytes.h"
#include "tests/support/vendor_unit.h"

using namespace multipath;
using std::chrono::microseconds;
using std::chrono::milliseconds;
using tests::bytes;
using tests::VendorUnit;

namespace {

VendorUnit disk() { return VendorUnit(tests::fake_disk("ACME", "Disk", "1", bytes({0x61}))); }

/// A clock by which everything takes so long.
Stopwatch ticking(microseconds step) {
  auto now = std::make_shared<microseconds>(0);
  return [now, step] { return *now += step; };
}

}  // namespace

TEST_CASE("path_latency: arguments in either form") {
  CHECK(parse_latency_arguments("io_num=40 base_num=2")->reads == 40);
  CHECK(parse_latency_arguments("base_num=1.1 io_num=200")->base == doctest::Approx(1.1));
  CHECK(parse_latency_arguments("20|10")->reads == 20);
  for (const char* text :
       {"", "io_num=20", "base_num=10", "io_num=19 base_num=10", "io_num=201 base_num=10",
        "io_num=20 base_num=1", "io_num=20 base_num=11", "io_num=20 base_num=nan",
        "io_num=x base_num=2", "20|", "|10", "io_num= base_num="})
    CHECK_FALSE(parse_latency_arguments(text));
}

TEST_CASE("path_latency: ten times as slow is one less to the base of ten") {
  CHECK(priority_of_latency(std::log(99.0), 10) == 6);
  CHECK(priority_of_latency(std::log(999.0), 10) == 5);
  CHECK(priority_of_latency(std::log(1e9), 10) == 0);
  CHECK(priority_of_latency(0, 10) == 8);
  CHECK(priority_of_latency(-5, 10) == 8);
}

TEST_CASE("path_latency: so many reads are measured") {
  auto unit = disk();
  const auto found = latency_priority(unit, "io_num=25 base_num=10", milliseconds{60'000},
                                      ticking(microseconds{90}));
  CHECK(found.priority == 6);
  CHECK(found.text == "25 reads took 90 us each");
  CHECK(unit.journal.size() == 25);
}

TEST_CASE("path_latency: invalid arguments are replaced by defaults") {
  auto unit = disk();
  const auto found =
      latency_priority(unit, "fast", milliseconds{60'000}, ticking(microseconds{90}));
  CHECK(found.priority == 6);
  CHECK(unit.journal.size() == 20);
  CHECK(found.text.find("'fast' is not of the form") != std::string::npos);
}

TEST_CASE("path_latency: all reads of a slow path share the limit") {
  auto unit = disk();
  const auto found = latency_priority(unit, "io_num=200 base_num=10", milliseconds{1000},
                                      ticking(microseconds{300'000}));
  CHECK(found.priority == 2);
  CHECK(unit.journal.size() == 4);
}

TEST_CASE("path_latency: a read that fails gives no priority") {
  auto unit = disk();
  unit.read_10 = tests::not_delivered(scsi::Delivery::timed_out);
  const auto found = latency_priority(unit, "io_num=20 base_num=10", milliseconds{1000},
                                      ticking(microseconds{90}));
  CHECK(found == Prioritized{std::nullopt, "READ of the first block: time-out"});
  CHECK(unit.journal.size() == 1);
}
