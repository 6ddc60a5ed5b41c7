#include <set>

#include "multipath/config/conf_grammar.h"
#include "multipath/config/configuration.h"
#include "tests/fuzz/property.h"

/// Whatever the text: no crash, places inside it, and a configuration only without errors.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace multipath;
  const std::string text(reinterpret_cast<const char*>(data), size);
  std::uint32_t lines = 1;
  for (const char byte : text) lines += byte == '\n' ? 1 : 0;
  const auto result = Configuration::load(std::vector{ConfigurationText{"f", text}});
  const Diagnostics& told = result ? result->warnings() : result.error();
  tests::require(result.has_value() != has_errors(told));
  for (const Diagnostic& diagnostic : told) {
    tests::require(diagnostic.place.line >= 1 && diagnostic.place.line <= lines);
    tests::require(diagnostic.place.column >= 1 && diagnostic.place.column <= size + 1);
  }
  if (!result) return 0;
  const Subject subject{"IBM", "2145", "", "scsi:fcp", "36"};
  const UnitSettings unit = result->settings_for_unit(subject);
  tests::require(!unit.selector.value.name.empty());
  result->settings_for_device(subject);
  result->globals();
  BlacklistSubject device;
  device.devnode = "sda";
  device.wwid = "36";
  device.vendor = "IBM";
  device.product = "2145";
  tests::require(result->blacklist().judge(device).size() == 3);
  return 0;
}
