#include "tests/lab/tcmu/command.h"

#include <algorithm>
#include <cstring>

namespace tcmu {

Answer check_condition(std::uint8_t key, std::uint8_t asc, std::uint8_t ascq) {
  Bytes sense(18);
  sense[0] = 0x70;
  sense[2] = key;
  sense[7] = 10;
  sense[12] = asc;
  sense[13] = ascq;
  return {.status = 0x02, .sense = sense};
}

std::size_t capacity(const Command& command) {
  std::size_t total = 0;
  for (const iovec& segment : command.data) total += segment.iov_len;
  return total;
}

std::size_t scatter(const Command& command, const Bytes& bytes) {
  std::size_t copied = 0;
  for (const iovec& segment : command.data) {
    const std::size_t now = std::min(segment.iov_len, bytes.size() - copied);
    auto* target = static_cast<std::uint8_t*>(segment.iov_base);
    std::memcpy(target, bytes.data() + copied, now);
    std::memset(target + now, 0, segment.iov_len - now);
    copied += now;
  }
  return copied;
}

}  // namespace tcmu
