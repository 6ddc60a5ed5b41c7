#include "multipath/config/wwids_file.h"
#include "tests/fuzz/property.h"

/// An added WWID is listed, a removed one is not, and nothing else changes.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace multipath;
  const std::string text(reinterpret_cast<const char*>(data), size);
  const std::string wwid = "3600508b400105e210000900000490000";
  const std::string with = with_wwid(text, wwid);
  tests::require(lists_wwid(with, wwid));
  tests::require(with_wwid(with, wwid) == with);
  const auto without = without_wwid(with, wwid);
  tests::require(without.has_value() && !lists_wwid(*without, wwid));
  tests::require(without->size() == with.size());
  auto others = wwids_in(text);
  std::erase(others, wwid);
  tests::require(wwids_in(*without) == others);
  for (const std::string& listed : wwids_in(text)) tests::require(lists_wwid(text, listed));
  return 0;
}
