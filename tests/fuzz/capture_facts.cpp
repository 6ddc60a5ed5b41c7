// Facts of a capture: any text is rejected, or survives a round trip.
#include "multipath/capture/facts.h"
#include "tests/fuzz/property.h"

using namespace multipath;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto facts = Facts::parse(std::string(reinterpret_cast<const char*>(data), size));
  if (!facts) return 0;
  FactNotes notes;
  for (const std::string& name : facts->files()) {
    const auto content = facts->read(name);
    tests::require(content.has_value());
    notes.read(name, *content);
    if (const auto names = facts->list(name)) notes.list(name, *names);
    if (const auto target = facts->link(name)) notes.link(name, *target);
    (void)facts->exists(name + "/x");
  }
  const auto again = Facts::parse(notes.render());
  tests::require(again.has_value());
  for (const std::string& name : facts->files()) {
    tests::require(again->read(name) == facts->read(name));
    tests::require(again->list(name).has_value() == facts->list(name).has_value());
  }
  return 0;
}
