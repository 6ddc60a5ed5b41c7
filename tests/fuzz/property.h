#pragma once

#include <algorithm>
#include <cstdlib>
#include <memory>

#include "libsg/bytes.h"

namespace tests {

/// A property of all inputs: the fuzzer reports an input that violates it.
inline void require(bool holds) {
  if (!holds) std::abort();
}

/// Copies the input into an allocation of its size, so that AddressSanitizer detects any overrun.
class ExactBytes {
 public:
  ExactBytes(const std::uint8_t* bytes, std::size_t size)
      : bytes_(std::make_unique<std::uint8_t[]>(size)), size_(size) {
    std::copy_n(bytes, size, bytes_.get());
  }
  scsi::ByteView view() const { return {bytes_.get(), size_}; }

 private:
  std::unique_ptr<std::uint8_t[]> bytes_;
  std::size_t size_;
};

}  // namespace tests
