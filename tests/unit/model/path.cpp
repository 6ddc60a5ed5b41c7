#include "multipath/model/path.h"

#include <set>
#include <string>
#include <variant>

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

TEST_CASE("a path works when it is ready or ghost, and in no other state") {
  for (int i = 0; i <= static_cast<int>(CheckerState::disconnected); ++i) {
    const auto state = static_cast<CheckerState>(i);
    CHECK(works(state) == (to_string(state) == "ready" || to_string(state) == "ghost"));
  }
}

TEST_CASE("the standing of a path: excluded beats all, and only an answer makes it usable") {
  Path path;
  CHECK(path.standing() == Standing::unidentified);
  path.answered = true;
  CHECK(path.standing() == Standing::unidentified);
  path.wwid = Wwid::from_text("3600");
  CHECK(path.standing() == Standing::usable);
  CHECK(path.has_unit());
  path.answered = false;
  CHECK(path.standing() == Standing::silent);
  CHECK(path.has_unit());
  path.excluded = true;
  CHECK(path.standing() == Standing::excluded);
  CHECK_FALSE(path.has_unit());
}

TEST_CASE("a path of another bus has nothing of a SCSI path") {
  Path path;
  std::get<ScsiPath>(path.transport).tpgs = scsi::Tpgs::implicit;
  std::get<ScsiPath>(path.transport).port_group = 5;
  std::get<ScsiPath>(path.transport).hardware_handler = "alua";
  CHECK(path.bus() == Bus::scsi);
  CHECK(tpgs_of(path) == scsi::Tpgs::implicit);
  CHECK(port_group_of(path) == 5);
  CHECK(hardware_handler_of(path) == "alua");
  CHECK_FALSE(needs_bio(path));
  path.transport = NvmePath{.needs_bio = true};
  CHECK(path.bus() == Bus::nvme);
  CHECK(path.scsi() == nullptr);
  CHECK(tpgs_of(path) == scsi::Tpgs::none);
  CHECK_FALSE(port_group_of(path));
  CHECK(hardware_handler_of(path).empty());
  CHECK(needs_bio(path));
  path.transport = DasdPath{};
  CHECK(path.bus() == Bus::ccw);
  CHECK_FALSE(needs_bio(path));
}
