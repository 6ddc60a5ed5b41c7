#include "multipath/model/saturation.h"

#include <doctest/doctest.h>

using namespace multipath;

TEST_CASE("numbers saturate") {
  constexpr std::uint64_t most = ~std::uint64_t{0};
  CHECK(bytes_of_sectors(0) == 0);
  CHECK(bytes_of_sectors(2048) == 1048576);
  CHECK(bytes_of_sectors(most / 512) == (most / 512) * 512);
  CHECK(bytes_of_sectors(most / 512 + 1) == most);
  CHECK(bytes_of_sectors(most) == most);
  CHECK(bytes_of_kib(most) == most);
  CHECK(bytes_of_kib(3) == 3072);
  CHECK(saturating_add(most, std::uint64_t{1}) == most);
  CHECK(saturating_add<std::uint32_t>(4294967294U, 1U) == 4294967295U);
  CHECK(saturating_add<std::uint32_t>(4294967295U, 1U) == 4294967295U);
  CHECK(saturating_multiply<std::uint64_t>(most, 0) == 0);
}
