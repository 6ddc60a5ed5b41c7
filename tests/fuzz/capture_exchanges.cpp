// SCSI exchanges of a capture: any index and any hex are read or rejected.
#include "multipath/capture/exchanges.h"
#include "tests/fuzz/property.h"

using namespace multipath;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto exchanges =
      Exchanges::parse(text, [&](const std::string& name) -> std::optional<std::string> {
        tests::require(name.find('/') == std::string::npos);
        return text;
      });
  if (const auto bytes = parse_hex_text(text))
    tests::require(parse_hex_text(hex_text(*bytes, "again")) == bytes);
  if (!exchanges) return 0;
  const std::string node = text.substr(0, text.find(' '));
  (void)exchanges->open(node);
  for (const scsi::ByteVector& cdb : {scsi::ByteVector{0x12}, scsi::ByteVector{0, 0, 0, 0, 0, 0}})
    (void)exchanges->execute(node, cdb);
  return 0;
}
