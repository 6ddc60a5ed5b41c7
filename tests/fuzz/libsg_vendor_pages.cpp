#include "libsg/vendor_clariion.h"
#include "libsg/vendor_hitachi.h"
#include "libsg/vendor_ontap.h"
#include "libsg/vendor_rdac.h"
#include "tests/fuzz/property.h"

namespace {

/// The same bytes give the same value; the position of an error is within the bytes or at their
/// end. Valid data stays valid with an extra byte after it.
template <class Decode>
void check_decoder(Decode decode, scsi::ByteView bytes) {
  const auto value = decode(bytes);
  tests::require(value == decode(bytes));
  if (!value) {
    tests::require(value.error().offset <= bytes.size());
    tests::require(!value.error().what.empty());
    return;
  }
  scsi::ByteVector longer(bytes.begin(), bytes.end());
  longer.push_back(0xff);
  tests::require(decode(longer).has_value());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const tests::ExactBytes data(bytes, size);
  check_decoder(scsi::decode_volume_access, data.view());
  check_decoder(scsi::decode_unit_path_report, data.view());
  check_decoder(scsi::decode_ontap_protocol, data.view());
  check_decoder(scsi::decode_ontap_proxy, data.view());
  check_decoder(scsi::decode_hitachi_inquiry, data.view());
  tests::require(!scsi::is_vac1(data.view()) || size >= 8);
  return 0;
}
