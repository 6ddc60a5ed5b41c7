#include "multipath/model/scsi_address.h"

#include <fmt/format.h>

#include "multipath/model/number_text.h"

namespace multipath {
namespace {

/// Cuts `rest` at its first ':' and gives what was before it.
std::optional<std::string_view> take_field(std::string_view& rest) {
  const auto colon = rest.find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const auto field = rest.substr(0, colon);
  rest.remove_prefix(colon + 1);
  return field;
}

}  // namespace

std::string to_string(const ScsiAddress& address) {
  return fmt::format("{}:{}:{}:{}", address.host, address.channel, address.target, address.lun);
}

std::optional<ScsiAddress> parse_scsi_address(std::string_view text) {
  std::uint32_t first_three[3] = {};
  for (auto& number : first_three) {
    const auto field = take_field(text);
    const auto value = field ? parse_number<std::uint32_t>(*field) : std::nullopt;
    if (!value) return std::nullopt;
    number = *value;
  }
  const auto lun = parse_number<std::uint64_t>(text);
  if (!lun) return std::nullopt;
  return ScsiAddress{
      .host = first_three[0], .channel = first_three[1], .target = first_three[2], .lun = *lun};
}

}  // namespace multipath
