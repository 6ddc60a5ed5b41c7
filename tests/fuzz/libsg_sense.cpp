#include "libsg/sense.h"
#include "libsg/transport.h"
#include "tests/fuzz/property.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const tests::ExactBytes data(bytes, size);
  const auto sense = scsi::decode_sense(data.view());
  tests::require(sense == scsi::decode_sense(data.view()));
  if (sense) {
    const int response_code = bytes[0] & 0x7f;
    tests::require(response_code >= 0x70 && response_code <= 0x73);
    tests::require(sense->deferred == ((response_code & 1) == 1));
    tests::require(!to_string(*sense).empty());
  }

  scsi::Response response;
  response.status = scsi::Status::check_condition;
  response.sense.assign(bytes, bytes + size);
  tests::require(!response.usable() || (sense && !sense->deferred));
  tests::require(!to_string(response).empty());
  return 0;
}
