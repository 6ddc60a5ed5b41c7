#include "libsg/inquiry.h"
#include "tests/fuzz/property.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const tests::ExactBytes data(bytes, size);
  const auto inquiry = scsi::decode_standard_inquiry(data.view());
  tests::require(inquiry == scsi::decode_standard_inquiry(data.view()));
  tests::require(inquiry.has_value() == (size >= 36));
  if (inquiry) {
    tests::require(inquiry->vendor.size() <= 8);
    tests::require(inquiry->product.size() <= 16);
    tests::require(inquiry->revision.size() <= 4);
  } else {
    tests::require(inquiry.error().offset == size);
  }
  return 0;
}
