#include "libsg/target_port_groups.h"

#include <algorithm>

#include <doctest/doctest.h>

#include "tests/support/scsi_bytes.h"

using scsi::AccessState;
using scsi::decode_target_port_groups;
using scsi::TargetPortGroup;
using tests::ByteVector;
using tests::ByteView;
using tests::TargetPortGroupsHeader;

namespace {

std::vector<TargetPortGroup> groups_in_every_state() {
  std::vector<TargetPortGroup> groups;
  for (int state = 0; state < 16; ++state) {
    TargetPortGroup group;
    group.id = static_cast<std::uint16_t>(0x100 * state + 1);
    group.state = static_cast<AccessState>(state);
    group.preferred = state % 2 == 0;
    group.status_code = static_cast<std::uint8_t>(state % 3);
    for (int port = 0; port < state % 4; ++port) {
      group.relative_ports.push_back(static_cast<std::uint16_t>(0x201 * state + port));
    }
    groups.push_back(group);
  }
  return groups;
}

}  // namespace

TEST_CASE("target port groups in every state decode as encoded, with either header") {
  const auto groups = groups_in_every_state();
  for (const auto header :
       {TargetPortGroupsHeader::length_only, TargetPortGroupsHeader::extended}) {
    CHECK(decode_target_port_groups(tests::target_port_groups_data(groups, header)) == groups);
  }
}

TEST_CASE("an empty list of target port groups is valid") {
  CHECK(decode_target_port_groups(tests::target_port_groups_data({})) ==
        std::vector<TargetPortGroup>{});
  CHECK(decode_target_port_groups(tests::target_port_groups_data(
            {}, TargetPortGroupsHeader::extended)) == std::vector<TargetPortGroup>{});
}

TEST_CASE("target port groups cut at any length are malformed") {
  for (const auto header :
       {TargetPortGroupsHeader::length_only, TargetPortGroupsHeader::extended}) {
    const ByteVector data = tests::target_port_groups_data(groups_in_every_state(), header);
    for (std::size_t length = 0; length < data.size(); ++length) {
      const auto decoded = decode_target_port_groups(ByteView(data).first(length));
      REQUIRE_FALSE(decoded);
      CHECK(decoded.error().offset == length);
    }
  }
}

TEST_CASE("target port groups that end inside a group are malformed") {
  const ByteVector data = tests::target_port_groups_data(groups_in_every_state());
  std::vector<std::size_t> ends{4};
  for (const auto& group : groups_in_every_state()) {
    ends.push_back(ends.back() + 8 + 4 * group.relative_ports.size());
  }
  for (std::size_t length = 4; length <= data.size(); ++length) {
    CAPTURE(length);
    ByteVector cut(data.begin(), data.begin() + static_cast<std::ptrdiff_t>(length));
    cut[2] = static_cast<std::uint8_t>((length - 4) >> 8);
    cut[3] = static_cast<std::uint8_t>(length - 4);
    const bool at_an_end = std::find(ends.begin(), ends.end(), length) != ends.end();
    CHECK(decode_target_port_groups(cut).has_value() == at_an_end);
  }
}

TEST_CASE("a truncated extended header is malformed") {
  CHECK_FALSE(decode_target_port_groups(tests::bytes({0, 0, 0, 1, 0x10})));
}

TEST_CASE("only format type 1 means an extended header") {
  const std::vector<TargetPortGroup> groups{{.id = 0x123, .relative_ports = {7}}};
  for (const int reserved : {0x20, 0x30, 0x40, 0x50, 0x60, 0x70}) {
    auto data = tests::target_port_groups_data(groups);
    data[4] |= static_cast<std::uint8_t>(reserved);
    CHECK(decode_target_port_groups(data) == groups);
  }
}

TEST_CASE("a group that announces more ports than the data holds is malformed at its start") {
  auto data = tests::target_port_groups_data(
      {{.id = 1, .relative_ports = {1}}, {.id = 2, .relative_ports = {2}}});
  data[4 + 12 + 7] = 2;
  CHECK(decode_target_port_groups(data).error() ==
        scsi::Malformed{16, "target port group announces 2 ports but the data holds 1"});
}

TEST_CASE("a huge return data length is malformed and does not wrap") {
  auto data = tests::target_port_groups_data({{.id = 1, .relative_ports = {}}});
  for (std::size_t i = 0; i < 4; ++i) data[i] = 0xff;
  CHECK(scsi::announced_target_port_groups_length(data) == std::size_t{0x100000003});
  CHECK_FALSE(decode_target_port_groups(data));
}

TEST_CASE("bytes after the announced end of target port groups are ignored") {
  const auto data = tests::target_port_groups_data({{.id = 1, .relative_ports = {1}}});
  CHECK(decode_target_port_groups(tests::concat(data, ByteVector(9, 0xff))) ==
        decode_target_port_groups(data));
}

TEST_CASE("access states print as in sysfs, reserved ones as numbers") {
  CHECK(to_string(AccessState::active_optimized) == "active/optimized");
  CHECK(to_string(AccessState::active_non_optimized) == "active/non-optimized");
  CHECK(to_string(AccessState::lba_dependent) == "lba-dependent");
  CHECK(to_string(AccessState{0x5}) == "state 0x5");
}
