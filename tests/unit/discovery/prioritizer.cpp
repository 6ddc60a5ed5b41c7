#include "multipath/discovery/prioritizer.h"

#include <doctest/doctest.h>

#include "tests/support/scsi_bytes.h"
#include "tests/support/vendor_unit.h"

using namespace multipath;
using scsi::AccessState;
using scsi::Tpgs;
using std::chrono::milliseconds;
using tests::bytes;
using tests::VendorUnit;

namespace {

constexpr milliseconds limit{1000};

VendorUnit disk() { return VendorUnit(tests::fake_disk("ACME", "Disk", "1", bytes({0x61}))); }

PathFacts facts_with(AccessState state, bool preferred = false) {
  PathFacts facts;
  facts.access.tpgs = Tpgs::implicit;
  facts.access.group = scsi::TargetPortGroup{};
  facts.access.group->id = 7;
  facts.access.group->state = state;
  facts.access.group->preferred = preferred;
  return facts;
}

Prioritized ask(PrioritizerKind kind, const PathFacts& facts, const std::string& arguments = "") {
  auto unit = disk();
  return prioritize(unit, {kind, arguments, ""}, facts, limit);
}

DeviceSettings settings_with(PrioritizerKind kind, const std::string& arguments = "") {
  DeviceSettings settings;
  settings.detect_prio.value = true;
  settings.prioritizer.value = kind;
  settings.prioritizer_arguments.value = arguments;
  return settings;
}

struct Row {
  AccessState state;
  int plain, preferred, exclusive;
};
constexpr Row rows[] = {
    {AccessState::active_optimized, 50, 50, 130}, {AccessState::active_non_optimized, 10, 90, 90},
    {AccessState::lba_dependent, 5, 85, 85},      {AccessState::standby, 1, 81, 81},
    {AccessState::unavailable, 0, 80, 80},        {AccessState::offline, 0, 80, 80},
    {AccessState::transitioning, 0, 80, 80},      {static_cast<AccessState>(7), 0, 80, 80}};

}  // namespace

TEST_CASE("const is 1") { CHECK(ask(PrioritizerKind::constant, {}).priority == 1); }

TEST_CASE("alua: priority by state and preferred bit") {
  for (const Row& row : rows) {
    CHECK(ask(PrioritizerKind::alua, facts_with(row.state)).priority == row.plain);
    CHECK(ask(PrioritizerKind::alua, facts_with(row.state, true)).priority == row.preferred);
    CHECK(ask(PrioritizerKind::alua, facts_with(row.state, true), "exclusive_pref_bit").priority ==
          row.exclusive);
    CHECK(ask(PrioritizerKind::alua, facts_with(row.state), "exclusive_pref_bit").priority ==
          row.plain);
  }
}

TEST_CASE("sysfs: the same priorities from the kernel's state") {
  for (const Row& row : rows) {
    PathFacts facts;
    facts.kernel_state = KernelAccessState{.state = to_string(row.state), .preferred = false};
    CHECK(ask(PrioritizerKind::sysfs, facts).priority == row.plain);
    facts.kernel_state->preferred = true;
    CHECK(ask(PrioritizerKind::sysfs, facts).priority == row.preferred);
    CHECK(ask(PrioritizerKind::sysfs, facts, "exclusive_pref_bit").priority == row.exclusive);
  }
}

TEST_CASE("exclusive_pref_bit is a separate word") {
  const auto facts = facts_with(AccessState::active_optimized, true);
  for (const char* text : {"x exclusive_pref_bit", "exclusive_pref_bit y", "\texclusive_pref_bit",
                           "exclusive_pref_bits exclusive_pref_bit"})
    CHECK(ask(PrioritizerKind::alua, facts, text).priority == 130);
  for (const char* text : {"exclusive_pref_bits", "xexclusive_pref_bit", "exclusive_pref_bit,"})
    CHECK(ask(PrioritizerKind::alua, facts, text).priority == 50);
}

TEST_CASE("alua and sysfs report the state, or that there is none") {
  CHECK(ask(PrioritizerKind::alua, facts_with(AccessState::standby, true)).text ==
        "target port group 7 is standby, preferred");
  PathFacts facts;
  CHECK(ask(PrioritizerKind::alua, facts) == Prioritized{std::nullopt, "the unit has no TPGS"});
  facts.access.text = "REPORT TARGET PORT GROUPS: time-out";
  CHECK(ask(PrioritizerKind::alua, facts) == Prioritized{std::nullopt, facts.access.text});
  CHECK_FALSE(ask(PrioritizerKind::sysfs, facts).priority);
}

TEST_CASE("random is 1 to 10 and stable for a path") {
  for (std::uint64_t lun : {0ULL, 1ULL, 9ULL, 16388ULL, ~0ULL}) {
    PathFacts facts;
    facts.address = {.host = 3, .channel = 0, .target = 4'000'000'000, .lun = lun};
    const auto first = ask(PrioritizerKind::random, facts);
    REQUIRE(first.priority);
    CHECK(*first.priority >= 1);
    CHECK(*first.priority <= 10);
    CHECK(ask(PrioritizerKind::random, facts) == first);
  }
}

TEST_CASE("detect_prio takes sysfs where the kernel has a state, else alua") {
  const auto settings = settings_with(PrioritizerKind::constant);
  auto facts = facts_with(AccessState::standby);
  CHECK(effective_prioritizer(settings, facts, Rdac::no).kind == PrioritizerKind::alua);
  facts.kernel_state = KernelAccessState{.state = "standby", .preferred = false};
  CHECK(effective_prioritizer(settings, facts, Rdac::no).kind == PrioritizerKind::sysfs);
}

TEST_CASE("detect_prio uses alua for RDAC arrays unless TPGS is explicit only") {
  const auto settings = settings_with(PrioritizerKind::rdac);
  auto facts = facts_with(AccessState::standby);
  facts.kernel_state = KernelAccessState{.state = "standby", .preferred = false};
  CHECK(effective_prioritizer(settings, facts, Rdac::yes).kind == PrioritizerKind::alua);
  facts.access.tpgs = Tpgs::implicit_and_explicit;
  CHECK(effective_prioritizer(settings, facts, Rdac::yes).kind == PrioritizerKind::alua);
  facts.access.tpgs = Tpgs::explicit_;
  CHECK(effective_prioritizer(settings, facts, Rdac::yes).kind == PrioritizerKind::sysfs);
}

TEST_CASE("a detected prioritizer has no arguments, with a message") {
  const auto settings = settings_with(PrioritizerKind::alua, "exclusive_pref_bit");
  const auto found = effective_prioritizer(settings, facts_with(AccessState::standby), Rdac::no);
  CHECK(found.arguments.empty());
  CHECK(found.text.find("ignores prio_args") != std::string::npos);
}

TEST_CASE("without TPGS or detect_prio the configured prioritizer is used") {
  auto settings = settings_with(PrioritizerKind::emc, "x");
  CHECK(effective_prioritizer(settings, {}, Rdac::no).kind == PrioritizerKind::emc);
  CHECK(effective_prioritizer(settings, {}, Rdac::no).arguments == "x");
  settings.detect_prio.value = false;
  const auto facts = facts_with(AccessState::standby);
  CHECK(effective_prioritizer(settings, facts, Rdac::no).kind == PrioritizerKind::emc);
}

TEST_CASE("alua without TPGS is const, with the reason") {
  PathFacts facts;
  facts.access.text = "REPORT TARGET PORT GROUPS: time-out";
  const auto found = effective_prioritizer(settings_with(PrioritizerKind::alua), facts, Rdac::no);
  CHECK(found.kind == PrioritizerKind::constant);
  CHECK(found.text.find("time-out") != std::string::npos);
}

TEST_CASE("unsupported prioritizers are const, and named") {
  for (const auto kind : {PrioritizerKind::datacore, PrioritizerKind::iet, PrioritizerKind::ana}) {
    const auto found = effective_prioritizer(settings_with(kind), {}, Rdac::no);
    CHECK(found.kind == PrioritizerKind::constant);
    CHECK(found.text.find("prioritizer " + to_string(kind)) == 0);
    CHECK(ask(kind, {}).priority == 1);
  }
}

TEST_CASE("only weightedpath serial requires the serial number") {
  CHECK(wants_serial(settings_with(PrioritizerKind::weightedpath, " serial A 10")));
  CHECK_FALSE(wants_serial(settings_with(PrioritizerKind::weightedpath, "devname sda 10")));
  CHECK_FALSE(wants_serial(settings_with(PrioritizerKind::weightedpath, "")));
  CHECK_FALSE(wants_serial(settings_with(PrioritizerKind::alua, "serial")));
}

TEST_CASE("every prioritizer copes with a dead path") {
  for (int number = 0; number <= static_cast<int>(PrioritizerKind::ana); ++number) {
    auto unit = disk();
    unit.before.assign(999, tests::not_delivered(scsi::Delivery::timed_out));
    const auto kind = static_cast<PrioritizerKind>(number);
    const auto found = prioritize(unit, {kind, "", ""}, {}, limit);
    CHECK(found.priority.value_or(0) >= 0);
    CHECK_FALSE(found.text.empty());
    CHECK(unit.journal.size() <= 1);
  }
}
