#pragma once

#include <algorithm>
#include <cstdlib>
#include <memory>

#include "libsg/bytes.h"

namespace tests {

/// A property that holds for all bytes: the fuzzer reports the bytes for which it does not.
inline void require(bool holds) {
  if (!holds) std::abort();
}

/// The bytes alone in an allocation of their size, so that AddressSanitizer sees one byte too far.
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
