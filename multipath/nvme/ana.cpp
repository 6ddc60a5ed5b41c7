#include "multipath/nvme/ana.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

namespace nvme {
namespace {

using scsi::ByteView;
using scsi::Malformed;

constexpr std::array<std::pair<AnaState, std::string_view>, 5> state_names{{
    {AnaState::optimized, "optimized"},
    {AnaState::non_optimized, "non-optimized"},
    {AnaState::inaccessible, "inaccessible"},
    {AnaState::persistent_loss, "persistent-loss"},
    {AnaState::change, "change"},
}};

constexpr std::size_t log_header_length = 16, group_length = 32;

/// NVM Express numbers are little-endian. The caller has checked that `bytes` holds them.
std::uint32_t little_endian_32(ByteView bytes, std::size_t offset) {
  std::uint32_t value = 0;
  for (std::size_t i = 4; i > 0; --i) value = value << 8U | bytes[offset + i - 1];
  return value;
}

tl::unexpected<Malformed> cut_short(ByteView data, std::size_t wanted) {
  return tl::unexpected(Malformed{
      data.size(), fmt::format("{} bytes came, at least {} are needed", data.size(), wanted)});
}

}  // namespace

std::string to_string(AnaState state) {
  const auto* found =
      std::ranges::find(state_names, state, &std::pair<AnaState, std::string_view>::first);
  return std::string(found == state_names.end() ? "unknown" : found->second);
}

std::optional<AnaState> parse_ana_state(std::string_view text) {
  const auto* found =
      std::ranges::find(state_names, text, &std::pair<AnaState, std::string_view>::second);
  return found == state_names.end() ? std::nullopt : std::optional(found->first);
}

tl::expected<AnaSupport, Malformed> decode_identify_controller(ByteView data) {
  constexpr std::size_t cmic = 76, group_count = 348, end = group_count + 4;
  constexpr std::uint8_t reports_ana = 0x08;
  if (data.size() < end) return cut_short(data, end);
  return AnaSupport{.reported = (data[cmic] & reports_ana) != 0,
                    .groups = little_endian_32(data, group_count)};
}

tl::expected<std::uint32_t, Malformed> decode_ana_group(ByteView data) {
  constexpr std::size_t group = 92, end = group + 4;
  if (data.size() < end) return cut_short(data, end);
  return little_endian_32(data, group);
}

std::size_t ana_log_length(const AnaSupport& support) {
  constexpr std::uint32_t most_groups = 1024;
  return log_header_length + group_length * std::min(support.groups, most_groups);
}

tl::expected<AnaState, std::string> find_ana_state(ByteView log, std::uint32_t group) {
  if (log.size() < log_header_length)
    return tl::unexpected(fmt::format("the ANA log page has {} bytes, no header", log.size()));
  const std::size_t groups = log[8] | log[9] << 8U;
  ByteView rest = log.subspan(log_header_length);
  for (std::size_t number = 0; number < groups && rest.size() >= group_length; ++number) {
    const std::size_t namespaces = little_endian_32(rest, 4);
    if (little_endian_32(rest, 0) == group) {
      const auto state = static_cast<AnaState>(rest[16] & 0x0fU);
      if (std::ranges::find(state_names, state, &std::pair<AnaState, std::string_view>::first) !=
          state_names.end())
        return state;
      return tl::unexpected(fmt::format("ANA group {} has the reserved state 0x{:x}", group,
                                        static_cast<unsigned>(state)));
    }
    rest = rest.subspan(std::min(rest.size(), group_length + 4 * namespaces));
  }
  return tl::unexpected(fmt::format("the ANA log page does not have group {}", group));
}

}  // namespace nvme
