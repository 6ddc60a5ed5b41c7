#pragma once

#include <chrono>
#include <optional>
#include <string>

#include <tl/expected.hpp>

#include "libsg/device_identification.h"
#include "libsg/inquiry.h"
#include "libsg/target_port_groups.h"
#include "libsg/transport.h"

namespace scsi {

/// Why a question got no usable answer: what the device or the kernel did, or bytes that make no
/// sense.
struct NoAnswer {
  Response response;  ///< the last one
  std::optional<Malformed>
      malformed;  ///< set when the device answered, but not with what it should

  auto operator<=>(const NoAnswer&) const = default;
};

std::string to_string(const NoAnswer& no_answer);

template <typename T>
using Answer = tl::expected<T, NoAnswer>;

/// Executes until something other than UNIT ATTENTION or a deferred error comes back (with either
/// the command was not processed), at most `unit_attention_retries` times more.
inline constexpr int unit_attention_retries = 3;
Response execute_past_unit_attention(LogicalUnit& unit, const Command& command);

/// The bytes of a VPD page, cut to what the page announces. 252 are asked for first: older than
/// SPC-3, only the low byte of ALLOCATION LENGTH exists, and some devices stumble over 255. When
/// the page announces more, it is asked for once more with that length. A page that is not the one
/// asked for, or has no whole header, is Malformed; one that is shorter than it announces is not:
/// that is for its decoder to judge.
Answer<ByteVector> ask_vpd_page(LogicalUnit& unit, std::uint8_t page,
                                std::chrono::milliseconds timeout);

/// The same, decoded.
template <typename T>
Answer<T> ask_vpd_page(LogicalUnit& unit, std::uint8_t page, std::chrono::milliseconds timeout,
                       tl::expected<T, Malformed> (*decode)(ByteView)) {
  return ask_vpd_page(unit, page, timeout).and_then([&](const ByteVector& bytes) -> Answer<T> {
    auto decoded = decode(bytes);
    if (decoded) return std::move(*decoded);
    return tl::unexpected(NoAnswer{{}, std::move(decoded.error())});
  });
}

Answer<StandardInquiry> ask_standard_inquiry(LogicalUnit& unit, std::chrono::milliseconds timeout);
Answer<DeviceIdentification> ask_device_identification(LogicalUnit& unit,
                                                       std::chrono::milliseconds timeout);
Answer<std::string> ask_unit_serial_number(LogicalUnit& unit, std::chrono::milliseconds timeout);
Answer<std::vector<TargetPortGroup>> ask_target_port_groups(LogicalUnit& unit,
                                                            std::chrono::milliseconds timeout);

}  // namespace scsi
