#include "multipath/nvme/ana.h"

#include <doctest/doctest.h>

#include "tests/support/contains.h"

using namespace nvme;
using tests::contains;

namespace {

scsi::ByteVector identify_controller(bool reports, std::uint8_t groups) {
  scsi::ByteVector data(4096);
  data[76] = reports ? 0x0a : 0x02;
  data[348] = groups;
  return data;
}

void add_group(scsi::ByteVector& log, std::uint8_t group, std::uint8_t state,
               const std::vector<std::uint8_t>& namespaces = {}) {
  ++log[8];
  scsi::ByteVector descriptor(32);
  descriptor[0] = group;
  descriptor[4] = static_cast<std::uint8_t>(namespaces.size());
  descriptor[16] = state;
  for (const std::uint8_t number : namespaces)
    descriptor.insert(descriptor.end(), {number, 0, 0, 0});
  log.insert(log.end(), descriptor.begin(), descriptor.end());
}

}  // namespace

TEST_CASE("a controller reports asymmetric access and the number of groups") {
  CHECK(decode_identify_controller(identify_controller(true, 128)) == AnaSupport{true, 128});
  CHECK(decode_identify_controller(identify_controller(false, 0)) == AnaSupport{false, 0});
  scsi::ByteVector data = identify_controller(true, 1);
  for (std::size_t length = 0; length < 352; ++length)
    CHECK(!decode_identify_controller(scsi::ByteView(data).first(length)));
}

TEST_CASE("a log page with too many groups is not requested") {
  CHECK(ana_log_length({true, 0}) == 16);
  CHECK(ana_log_length({true, 128}) == 16 + 128 * 32);
  CHECK(ana_log_length({true, 0xffffffff}) <= 64 * 1024);
}

TEST_CASE("a namespace reports its group") {
  scsi::ByteVector data(4096);
  data[92] = 0x34;
  data[93] = 0x12;
  CHECK(decode_ana_group(data) == 0x1234U);
  CHECK(!decode_ana_group(scsi::ByteView(data).first(95)));
}

TEST_CASE("the state of a group is found behind other groups and their namespaces") {
  scsi::ByteVector log(16);
  add_group(log, 1, 0x02, {7, 8, 9});
  add_group(log, 2, 0xf3);
  CHECK(find_ana_state(log, 1) == AnaState::non_optimized);
  CHECK(find_ana_state(log, 2) == AnaState::inaccessible);
  CHECK(contains(find_ana_state(log, 3).error(), "does not have group 3"));
}

TEST_CASE("an inconsistent log page gives no state") {
  scsi::ByteVector log(16);
  add_group(log, 1, 0x07);
  CHECK(contains(find_ana_state(log, 1).error(), "reserved state 0x7"));
  add_group(log, 2, 0x01);
  for (std::size_t length = 0; length < log.size(); ++length)
    CHECK(!find_ana_state(scsi::ByteView(log).first(length), 2));
  log[8] = 0xff;
  log[9] = 0xff;
  CHECK(find_ana_state(log, 2) == AnaState::optimized);
  for (std::size_t i = 20; i < 24; ++i) log[i] = 0xff;  // namespaces of the first group
  CHECK(!find_ana_state(log, 2));
}

TEST_CASE("every state is read back from the name that sysfs has for it") {
  for (const AnaState state : {AnaState::optimized, AnaState::non_optimized, AnaState::inaccessible,
                               AnaState::persistent_loss, AnaState::change})
    CHECK(parse_ana_state(to_string(state)) == state);
  CHECK(!parse_ana_state("optimised"));
  CHECK(!parse_ana_state(""));
}
