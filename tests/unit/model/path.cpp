#include "multipath/model/path.h"

#include <set>
#include <string>

#include <doctest/doctest.h>

#include "multipath/model/finding.h"

using namespace multipath;

TEST_CASE("every device state is read back from its own name") {
  std::set<std::string> names;
  for (int i = 0; i <= static_cast<int>(DeviceState::unknown); ++i) {
    const auto state = static_cast<DeviceState>(i);
    CHECK(parse_device_state(to_string(state)) == state);
    names.insert(to_string(state));
  }
  CHECK(names.size() == 17);
}

TEST_CASE("a device state is read as sysfs writes it, with a line feed") {
  CHECK(parse_device_state("transport-offline\n") == DeviceState::transport_offline);
  CHECK(parse_device_state("created-blocked") == DeviceState::created_blocked);
}

TEST_CASE("a device state of a newer kernel is unknown") {
  for (const auto* text : {"", "\n", "RUNNING", "running ", "hibernating", "unknown"})
    CHECK_MESSAGE(parse_device_state(text) == DeviceState::unknown, text);
}

TEST_CASE("every checker state and every source of an identity has its own name") {
  std::set<std::string> states;
  for (int i = 0; i <= static_cast<int>(CheckerState::disconnected); ++i)
    states.insert(to_string(static_cast<CheckerState>(i)));
  CHECK(states == std::set<std::string>{"undef", "ready", "faulty", "shaky", "ghost", "i/o pending",
                                        "i/o timeout", "delayed", "disconnected"});
  std::set<std::string> sources;
  for (int i = 0; i <= static_cast<int>(IdentitySource::map_uuid); ++i)
    sources.insert(to_string(static_cast<IdentitySource>(i)));
  CHECK(sources.size() == 5);
}

TEST_CASE("a finding names its subject first, when it has one") {
  CHECK(to_string(Finding{.subject = "sdq", .text = "not listed"}) == "sdq: not listed");
  CHECK(to_string(Finding{.subject = "", .text = "no device-mapper"}) == "no device-mapper");
}
