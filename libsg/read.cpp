#include "libsg/read.h"

#include "libsg/ask.h"
#include "libsg/sense.h"

namespace scsi {

namespace {

constexpr std::uint8_t read_10_code = 0x28;
constexpr std::uint8_t read_16_code = 0x88;
constexpr std::size_t longest_block = 4096;
constexpr std::size_t usual_block = 512;

std::uint8_t byte_of(std::uint64_t number, int index) {
  return static_cast<std::uint8_t>(number >> (8 * index));
}

bool has_sense(const Response& response, SenseKey key, std::uint8_t asc) {
  if (response.delivery != Delivery::answered) return false;
  const auto sense = decode_sense(response.sense);
  return sense && sense->key == key && sense->asc == asc;
}

/// INVALID COMMAND OPERATION CODE
bool command_is_unknown(const Response& response) {
  return has_sense(response, SenseKey::illegal_request, 0x20);
}

/// A target that takes room for more than a block for a fault: LIO's fileio answers LOGICAL UNIT
/// COMMUNICATION FAILURE (drivers/target/target_core_file.c, fd_do_rw()), other stores INVALID FIELD
/// IN CDB (target_core_transport.c, target_cmd_size_check()).
bool wants_exact_length(const Response& response) {
  return has_sense(response, SenseKey::not_ready, 0x08) ||
         has_sense(response, SenseKey::illegal_request, 0x24);
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
  if (wants_exact_length(response))
    return execute_past_unit_attention(unit, read_10(0, 1, usual_block, timeout));
  if (!command_is_unknown(response)) return response;
  return execute_past_unit_attention(unit, read_16(0, 1, longest_block, timeout));
}

}  // namespace scsi
