#include "libsg/vital_product_data.h"
#include "tests/fuzz/property.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const tests::ExactBytes page(bytes, size);
  const auto announced = scsi::announced_length(page.view());
  tests::require(announced.has_value() == (size >= 4));

  const auto supported = scsi::decode_supported_pages(page.view());
  tests::require(supported == scsi::decode_supported_pages(page.view()));
  if (supported) {
    tests::require(*announced <= size);
    tests::require(supported->size() == *announced - 4);
  }

  const auto serial = scsi::decode_unit_serial_number(page.view());
  tests::require(serial == scsi::decode_unit_serial_number(page.view()));
  tests::require(!(serial && supported));
  if (serial && !serial->empty()) {
    tests::require(serial->size() <= *announced - 4);
    for (const char end : {serial->front(), serial->back()}) {
      tests::require(end != ' ' && end != '\0');
    }
  }
  return 0;
}
