#include <cstdlib>

#include "multipath/model/multipath_table.h"

/// A parsed table survives a round trip.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto table = multipath::parse_multipath_table(text);
  if (!table) {
    if (table.error().offset > size) std::abort();
    return 0;
  }
  const auto written = multipath::format(*table);
  const auto again = multipath::parse_multipath_table(written);
  if (!again || *again != *table || multipath::format(*again) != written) std::abort();
  return 0;
}
