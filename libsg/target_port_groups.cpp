#include "libsg/target_port_groups.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "libsg/bytes.h"

namespace scsi {

namespace {

constexpr std::size_t length_field = 4;
constexpr std::size_t group_header_length = 8;
constexpr std::size_t port_length = 4;

/// Length only (4 bytes) or extended header (8 bytes): FORMAT TYPE in byte 4 tells, where a group
/// descriptor has zeros (SPC-5 tables 246, 247).
std::size_t header_length(ByteView data) {
  constexpr std::size_t extended_header_length = 8;
  const bool extended = data.size() > length_field && (data[4] & 0x70) == 0x10;
  return extended ? extended_header_length : length_field;
}

tl::expected<ByteView, Malformed> whole_data(ByteView data) {
  const auto announced = announced_target_port_groups_length(data);
  if (!announced) return tl::unexpected(announced.error());
  if (data.size() < *announced) {
    return tl::unexpected(
        Malformed{data.size(), fmt::format("target port groups announce {} bytes but end after {}",
                                           *announced, data.size())});
  }
  return data.first(*announced);
}

TargetPortGroup decode_group(ByteView descriptor) {
  TargetPortGroup group;
  group.preferred = (descriptor[0] & 0x80) != 0;
  group.state = static_cast<AccessState>(descriptor[0] & 0xf);
  group.id = big_endian_16(descriptor, 2);
  group.status_code = descriptor[5];
  for (std::size_t at = group_header_length; at < descriptor.size(); at += port_length) {
    group.relative_ports.push_back(big_endian_16(descriptor, at + 2));
  }
  return group;
}

constexpr std::array<std::pair<AccessState, std::string_view>, 7> state_names{{
    {AccessState::active_optimized, "active/optimized"},
    {AccessState::active_non_optimized, "active/non-optimized"},
    {AccessState::standby, "standby"},
    {AccessState::unavailable, "unavailable"},
    {AccessState::lba_dependent, "lba-dependent"},
    {AccessState::offline, "offline"},
    {AccessState::transitioning, "transitioning"},
}};

}  // namespace

tl::expected<std::size_t, Malformed> announced_target_port_groups_length(ByteView data) {
  if (data.size() < length_field) {
    return tl::unexpected(
        Malformed{data.size(), fmt::format("target port groups have {} bytes, less than the {} of "
                                           "their length field",
                                           data.size(), length_field)});
  }
  return length_field + big_endian_32(data, 0);
}

tl::expected<std::vector<TargetPortGroup>, Malformed> decode_target_port_groups(ByteView data) {
  const auto whole = whole_data(data);
  if (!whole) return tl::unexpected(whole.error());
  std::size_t at = header_length(*whole);
  if (at > whole->size()) {
    return tl::unexpected(Malformed{whole->size(), "target port groups end in their header"});
  }
  std::vector<TargetPortGroup> groups;
  while (at < whole->size()) {
    const ByteView rest = whole->subspan(at);
    if (rest.size() < group_header_length) {
      return tl::unexpected(Malformed{
          at,
          fmt::format("{} bytes at the end are too short for a target port group", rest.size())});
    }
    const std::size_t length = group_header_length + port_length * rest[7];
    if (rest.size() < length) {
      return tl::unexpected(
          Malformed{at, fmt::format("target port group announces {} ports but the data holds {}",
                                    rest[7], (rest.size() - group_header_length) / port_length)});
    }
    groups.push_back(decode_group(rest.first(length)));
    at += length;
  }
  return groups;
}

std::string to_string(AccessState state) {
  const auto found = std::find_if(state_names.begin(), state_names.end(),
                                  [&](const auto& n) { return n.first == state; });
  if (found != state_names.end()) return std::string(found->second);
  return fmt::format("state 0x{:x}", static_cast<int>(state));
}

}  // namespace scsi
