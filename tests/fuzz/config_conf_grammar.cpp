#include <set>
#include <string>
#include <vector>

#include "multipath/config/conf_grammar.h"
#include "multipath/config/configuration.h"
#include "multipath/config/review.h"
#include "multipath/config/last_good.h"
#include "tests/fuzz/property.h"

namespace {

using namespace multipath;

void require_in_order(const Configuration& configuration) {
  const Subject subject{"IBM", "2145", "", "scsi:fcp", "36"};
  const UnitSettings& unit = configuration.settings_for_unit(subject);
  tests::require(!unit.selector.value.name.empty());
  configuration.settings_for_device(subject);
  configuration.globals();
  BlacklistSubject device;
  device.devnode = "sda";
  device.wwid = "36";
  device.vendor = "IBM";
  device.product = "2145";
  tests::require(configuration.blacklist().judge(device).size() == 3);
}

/// The effective assignments of sections, the last of each keyword, without places.
void add(std::vector<std::string>& settings, const ConfSection& section) {
  std::set<std::string> lines;
  for (const Assignment& assignment : section.assignments) {
    if (assignment.keyword->effect.status == KeywordStatus::obsolete) continue;
    lines.insert(std::string(assignment.keyword->name) + " " +
                 std::string(section.value_of(assignment.keyword->name)));
  }
  settings.emplace_back("section");
  settings.insert(settings.end(), lines.begin(), lines.end());
}

std::vector<std::string> settings_of(const Configuration& configuration) {
  std::vector<std::string> settings;
  add(settings, configuration.defaults());
  add(settings, configuration.overrides());
  for (const ConfSection& section : configuration.protocols()) add(settings, section);
  for (const DeviceSection& device : configuration.devices()) add(settings, device.section);
  for (const ConfSection& section : configuration.multipaths()) add(settings, section);
  for (const BlacklistRule& rule : configuration.blacklist().rules())
    settings.push_back(to_string(rule));
  for (const BlacklistRule& rule : configuration.blacklist().exceptions())
    settings.push_back(to_string(rule));
  return settings;
}

}  // namespace

/// For any text: no crash, places within the text, a configuration only without errors, and
/// `check-config --fix` keeps the meaning.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
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
  // The program reads its own copy back.
  const std::vector<ConfigurationText> files{{"f", text}};
  const auto copy = parse_last_good(last_good_text(files, "t"));
  tests::require(copy && is_copy_of(*copy, files));
  parse_last_good(text);
  if (!result) return 0;
  require_in_order(*result);
  // A corrected file has no errors and the same settings.
  const Correction correction = corrected({"f", text});
  tests::require(correction.left.empty());
  const auto again = Configuration::load(std::vector{ConfigurationText{"f", correction.text}});
  tests::require(again && again->warnings().empty());
  tests::require(settings_of(*again) == settings_of(*result));
  return 0;
}
