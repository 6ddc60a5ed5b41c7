#include "libsg/command.h"

#include <algorithm>
#include <limits>

namespace scsi {

namespace {

constexpr std::uint8_t inquiry_code = 0x12;
constexpr std::uint8_t test_unit_ready_code = 0x00;
constexpr std::uint8_t maintenance_in_code = 0xa3;
constexpr std::uint8_t report_target_port_groups_action = 0x0a;

enum class Evpd : std::uint8_t { no = 0, yes = 1 };

std::uint8_t byte_of(std::size_t number, int index) {
  return static_cast<std::uint8_t>(number >> (8 * index));
}

Command any_inquiry(Evpd evpd, std::uint8_t page, std::size_t allocation_length,
                    std::chrono::milliseconds timeout) {
  const std::size_t length =
      std::min<std::size_t>(allocation_length, std::numeric_limits<std::uint16_t>::max());
  return {.cdb = {inquiry_code, static_cast<std::uint8_t>(evpd), page, byte_of(length, 1),
                  byte_of(length, 0), 0},
          .allocation_length = length,
          .timeout = timeout};
}

}  // namespace

Command inquiry(std::size_t allocation_length, std::chrono::milliseconds timeout) {
  return any_inquiry(Evpd::no, 0, allocation_length, timeout);
}

Command inquiry_vpd(std::uint8_t page, std::size_t allocation_length,
                    std::chrono::milliseconds timeout) {
  return any_inquiry(Evpd::yes, page, allocation_length, timeout);
}

Command test_unit_ready(std::chrono::milliseconds timeout) {
  return {.cdb = {test_unit_ready_code, 0, 0, 0, 0, 0}, .allocation_length = 0, .timeout = timeout};
}

Command report_target_port_groups(std::size_t allocation_length,
                                  std::chrono::milliseconds timeout) {
  const std::size_t length =
      std::min<std::size_t>(allocation_length, std::numeric_limits<std::uint32_t>::max());
  return {
      .cdb = {maintenance_in_code, report_target_port_groups_action, 0, 0, 0, 0, byte_of(length, 3),
              byte_of(length, 2), byte_of(length, 1), byte_of(length, 0), 0, 0},
      .allocation_length = length,
      .timeout = timeout};
}

}  // namespace scsi
