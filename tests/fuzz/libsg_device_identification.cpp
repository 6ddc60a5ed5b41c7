#include "libsg/device_identification.h"
#include "libsg/vital_product_data.h"
#include "tests/fuzz/property.h"

namespace {

/// The length of the complete descriptors, or of the pre-SPC-3 identifier, in the page's body.
std::size_t used_bytes(const scsi::DeviceIdentification& identification) {
  std::size_t used = identification.pre_spc3 ? identification.pre_spc3->size() : 0;
  for (const auto& designator : identification.designators) used += 4 + designator.bytes.size();
  return used;
}

void check_designator(const scsi::Designator& designator) {
  tests::require(!to_string(designator.type).empty());
  tests::require(!to_string(designator.association).empty());
  tests::require(!to_string(designator.code_set).empty());
  const auto format = naa_format(designator);
  tests::require(!format || *format <= 0xf);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const tests::ExactBytes page(bytes, size);
  const auto identification = scsi::decode_device_identification(page.view());
  tests::require(identification == scsi::decode_device_identification(page.view()));
  if (!identification) return 0;

  const std::size_t announced = *scsi::announced_length(page.view());
  const std::size_t body = std::min(size, announced) - 4;
  const std::size_t used = used_bytes(*identification);
  tests::require(used <= body);
  // The page is complete, or the error is at the end of its complete part.
  tests::require(identification->cut_short ? identification->cut_short->offset == 4 + used
                                           : used == announced - 4);
  tests::require(!identification->pre_spc3 ||
                 (identification->designators.empty() && !identification->cut_short));
  for (const auto& designator : identification->designators) check_designator(designator);

  // Bytes after the announced end are ignored.
  tests::require(scsi::decode_device_identification(page.view().first(4 + body)) == identification);
  return 0;
}
