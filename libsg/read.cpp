#include "libsg/read.h"

#include "libsg/ask.h"
#include "libsg/sense.h"

namespace scsi {

namespace {

constexpr std::uint8_t read_10_code = 0x28;
constexpr std::uint8_t read_16_code = 0x88;
constexpr std::size_t longest_block = 4096;

std::uint8_t byte_of(std::uint64_t number, int index) {
  return static_cast<std::uint8_t>(number >> (8 * index));
}

/// INVALID COMMAND OPERATION CODE
bool command_is_unknown(const Response& response) {
  if (response.delivery != Delivery::answered) return false;
  const auto sense = decode_sense(response.sense);
  return sense && sense->key == SenseKey::illegal_request && sense->asc == 0x20;
}

}  // namespace

Command read_10(std::uint32_t block, std::uint16_t blocks, std::size_t allocation_length,
                std::chrono::milliseconds timeout) {
  return {.cdb = {read_10_code, 0, byte_of(block, 3), byte_of(block, 2), byte_of(block, 1),
                  byte_of(block, 0), 0, byte_of(blocks, 1), byte_of(blocks, 0), 0},
          .allocation_length = allocation_length,
          .timeout = timeout};
}

Command read_16(std::uint64_t block, std::uint32_t blocks, std::size_t allocation_length,
                std::chrono::milliseconds timeout) {
  return {.cdb = {read_16_code, 0, byte_of(block, 7), byte_of(block, 6), byte_of(block, 5),
                  byte_of(block, 4), byte_of(block, 3), byte_of(block, 2), byte_of(block, 1),
                  byte_of(block, 0), byte_of(blocks, 3), byte_of(blocks, 2), byte_of(blocks, 1),
                  byte_of(blocks, 0), 0, 0},
          .allocation_length = allocation_length,
          .timeout = timeout};
}

Response read_first_block(LogicalUnit& unit, std::chrono::milliseconds timeout) {
  Response response = execute_past_unit_attention(unit, read_10(0, 1, longest_block, timeout));
  if (!command_is_unknown(response)) return response;
  return execute_past_unit_attention(unit, read_16(0, 1, longest_block, timeout));
}

}  // namespace scsi
