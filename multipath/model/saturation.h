#pragma once

#include <concepts>
#include <cstdint>
#include <limits>

namespace multipath {

// Numbers of devices, kernels and files may have any value: what is computed of them stays at the largest one instead of
// beginning again at 0.

template <std::unsigned_integral T>
constexpr T saturating_add(T a, T b) {
  constexpr T most = std::numeric_limits<T>::max();
  return a > most - b ? most : static_cast<T>(a + b);
}

template <std::unsigned_integral T>
constexpr T saturating_multiply(T a, T b) {
  constexpr T most = std::numeric_limits<T>::max();
  return b != 0 && a > most / b ? most : static_cast<T>(a * b);
}

/// Of sectors of 512 bytes.
constexpr std::uint64_t bytes_of_sectors(std::uint64_t sectors) {
  return saturating_multiply<std::uint64_t>(sectors, 512);
}

constexpr std::uint64_t bytes_of_kib(std::uint64_t kib) {
  return saturating_multiply<std::uint64_t>(kib, 1024);
}

}  // namespace multipath
