#include "libsg/ask.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace scsi {

namespace {

constexpr std::size_t standard_inquiry_length = 36;
constexpr std::size_t first_vpd_length = 252;
constexpr std::size_t first_target_port_groups_length = 1024;
constexpr std::size_t longest_answer = 0xffff;

/// The device held the command back in favour of something that it had to report: a UNIT ATTENTION,
/// or an error of an earlier command (SPC-5 4.4.7: the command was not processed).
bool asks_to_repeat(const Response& response) {
  if (response.delivery != Delivery::answered || response.status != Status::check_condition) {
    return false;
  }
  const auto sense = decode_sense(response.sense);
  return sense && (sense->key == SenseKey::unit_attention || sense->deferred);
}

template <typename T>
Answer<T> or_no_answer(tl::expected<T, Malformed> decoded, const Response& response) {
  if (decoded) return std::move(*decoded);
  return tl::unexpected(NoAnswer{response, std::move(decoded.error())});
}

/// The length that data announces in its header, header included.
using AnnouncedLength = tl::expected<std::size_t, Malformed> (*)(ByteView);

void cut(ByteVector& data, std::size_t length) {
  if (data.size() > length) data.resize(length);
}

/// Executes `command_of(length)` with the first length, and once more with the announced one when
/// that is larger. The answer's data ends where it announces.
template <typename CommandOf, typename Check>
Answer<Response> ask_for_all(LogicalUnit& unit, std::size_t first_length, CommandOf command_of,
                             AnnouncedLength announced_length_of, Check check) {
  std::size_t asked = first_length;
  for (int turn = 0;; ++turn) {
    Response response = execute_past_unit_attention(unit, command_of(asked));
    if (!response.usable()) return tl::unexpected(NoAnswer{std::move(response), std::nullopt});
    auto announced = announced_length_of(response.data);
    if (!announced) {
      return tl::unexpected(NoAnswer{std::move(response), std::move(announced.error())});
    }
    if (std::optional<Malformed> fault = check(response.data)) {
      return tl::unexpected(NoAnswer{std::move(response), std::move(fault)});
    }
    const std::size_t wanted = std::min(*announced, longest_answer);
    if (wanted <= asked || turn == 1) {
      cut(response.data, *announced);
      return response;
    }
    asked = wanted;
  }
}

Answer<Response> ask_for_page(LogicalUnit& unit, std::uint8_t page,
                              std::chrono::milliseconds timeout) {
  return ask_for_all(
      unit, first_vpd_length,
      [&](std::size_t length) { return inquiry_vpd(page, length, timeout); }, announced_length,
      [&](ByteView data) -> std::optional<Malformed> {
        if (data[1] == page) return std::nullopt;
        return Malformed{
            1, fmt::format("device sent page 0x{:02x} when asked for 0x{:02x}", data[1], page)};
      });
}

}  // namespace

std::string to_string(const NoAnswer& no_answer) {
  return no_answer.malformed ? no_answer.malformed->what : to_string(no_answer.response);
}

Response execute_past_unit_attention(LogicalUnit& unit, const Command& command) {
  Response response = unit.execute(command);
  for (int retry = 0; retry < unit_attention_retries && asks_to_repeat(response); ++retry) {
    response = unit.execute(command);
  }
  return response;
}

Answer<ByteVector> ask_vpd_page(LogicalUnit& unit, std::uint8_t page,
                                std::chrono::milliseconds timeout) {
  return ask_for_page(unit, page, timeout).map([](Response response) {
    return std::move(response.data);
  });
}

Answer<StandardInquiry> ask_standard_inquiry(LogicalUnit& unit, std::chrono::milliseconds timeout) {
  Response response = execute_past_unit_attention(unit, inquiry(standard_inquiry_length, timeout));
  if (!response.usable()) return tl::unexpected(NoAnswer{std::move(response), std::nullopt});
  return or_no_answer(decode_standard_inquiry(response.data), response);
}

Answer<DeviceIdentification> ask_device_identification(LogicalUnit& unit,
                                                       std::chrono::milliseconds timeout) {
  constexpr auto page = static_cast<std::uint8_t>(VpdPage::device_identification);
  return ask_for_page(unit, page, timeout).and_then([](const Response& response) {
    return or_no_answer(decode_device_identification(response.data), response);
  });
}

Answer<std::string> ask_unit_serial_number(LogicalUnit& unit, std::chrono::milliseconds timeout) {
  constexpr auto page = static_cast<std::uint8_t>(VpdPage::unit_serial_number);
  return ask_for_page(unit, page, timeout).and_then([](const Response& response) {
    return or_no_answer(decode_unit_serial_number(response.data), response);
  });
}

Answer<std::vector<TargetPortGroup>> ask_target_port_groups(LogicalUnit& unit,
                                                            std::chrono::milliseconds timeout) {
  return ask_for_all(
             unit, first_target_port_groups_length,
             [&](std::size_t length) { return report_target_port_groups(length, timeout); },
             announced_target_port_groups_length,
             [](ByteView) -> std::optional<Malformed> { return std::nullopt; })
      .and_then([](const Response& response) {
        return or_no_answer(decode_target_port_groups(response.data), response);
      });
}

}  // namespace scsi
