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

/// Why a query failed: the response of the device or kernel, or malformed data.
struct NoAnswer {
  Response response;                   ///< the last one
  std::optional<Malformed> malformed;  ///< set if the device returned malformed data

  auto operator<=>(const NoAnswer&) const = default;
};

std::string to_string(const NoAnswer& no_answer);

template <typename T>
using Answer = tl::expected<T, NoAnswer>;

/// Executes the command, and repeats it at most `unit_attention_retries` times after UNIT ATTENTION
/// or a deferred error, with which the device did not process it.
inline constexpr int unit_attention_retries = 3;
Response execute_past_unit_attention(LogicalUnit& unit, const Command& command);

/// Returns the bytes of a VPD page up to its announced length. Requests 252 bytes first: before
/// SPC-3 only the low byte of ALLOCATION LENGTH exists, and some devices fail with 255. If the page
/// announces more, requests it again with that length. Another page than the requested one or an
/// incomplete header is Malformed. Fewer bytes than announced are left to the decoder.
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
