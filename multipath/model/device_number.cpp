#include "multipath/model/device_number.h"

#include <string>

#include "multipath/model/number_text.h"

namespace multipath {
namespace {

// include/linux/kdev_t.h: MINORBITS is 20, a dev_t has 32.
constexpr std::uint32_t highest_major = (1U << 12U) - 1;
constexpr std::uint32_t highest_minor = (1U << 20U) - 1;

}  // namespace

std::string to_string(DeviceNumber number) {
  return std::to_string(number.major) + ":" + std::to_string(number.minor);
}

std::optional<DeviceNumber> parse_device_number(std::string_view text) {
  const auto colon = text.find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const auto major = parse_number<std::uint32_t>(text.substr(0, colon));
  const auto minor = parse_number<std::uint32_t>(text.substr(colon + 1));
  if (!major || !minor || *major > highest_major || *minor > highest_minor) return std::nullopt;
  return DeviceNumber{.major = *major, .minor = *minor};
}

}  // namespace multipath
