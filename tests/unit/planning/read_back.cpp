// What is written to a state file or a capture is read back the same, whatever a target says.

#include <array>
#include <random>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "multipath/capture/device_mapper_facts.h"
#include "multipath/config/bindings_file.h"
#include "multipath/config/wwids_file.h"
#include "multipath/discovery/wwid_rule.h"
#include "tests/support/command_run.h"
#include "tests/support/contains.h"
#include "tests/support/scsi_bytes.h"

using namespace multipath;
using scsi::CodeSet;
using scsi::DesignatorType;
using tests::CommandRun;
using tests::contains;
using tests::run_multipath;

namespace {

class Dice {
 public:
  explicit Dice(unsigned seed) : engine_(seed) {}
  unsigned below(unsigned end) { return static_cast<unsigned>(engine_() % end); }

  /// Bytes that mean something to one of the files, letters, and any others.
  std::string hostile_text(unsigned longest) {
    constexpr std::string_view special = "#/ \t\n\r\v\f\"'\\$`;:=,.+-_{}!*";
    constexpr std::string_view allowed = "#+.:=@_- ";
    std::string text;
    const unsigned kind = below(4);
    for (unsigned length = below(longest + 1); length > 0; --length) {
      const unsigned which = below(6);
      if (which > 1 || kind == 0) {
        text += static_cast<char>('a' + below(4));
      } else if (kind < 3) {
        text += allowed[below(allowed.size())];
      } else {
        text += which == 0 ? special[below(special.size())] : static_cast<char>(below(256));
      }
    }
    return text;
  }

 private:
  std::mt19937 engine_;
};

/// The WWID of a random unit by one of the ways in which discovery gets one.
std::optional<Wwid> random_wwid(Dice& dice) {
  const unsigned way = dice.below(12);
  if (way < 2) return Wwid::from_text(dice.hostile_text(40));  // a property of udev
  if (way < 4) {
    const auto wwid = wwid_of_serial_number("ACME", dice.hostile_text(16), dice.hostile_text(20));
    return wwid ? std::optional(*wwid) : std::nullopt;
  }
  constexpr std::array<std::string_view, 5> begins{"ACME    ", "iqn.", "naa.6", "eui.", "x"};
  std::string text(begins.at(dice.below(begins.size())));
  text += dice.hostile_text(24);
  scsi::Designator designator =
      tests::designator(static_cast<DesignatorType>(dice.below(11)), text);
  if (dice.below(2) == 0) designator.code_set = static_cast<CodeSet>(1 + dice.below(3));
  if (designator.type == DesignatorType::naa || designator.type == DesignatorType::eui64) {
    constexpr std::array<std::uint8_t, 4> formats{0x20, 0x30, 0x50, 0x60};
    designator.bytes.resize(dice.below(2) == 0 ? 8 : 16);
    designator.bytes[0] = formats.at(dice.below(formats.size()));
    designator.code_set = CodeSet::binary;
  }
  scsi::DeviceIdentification page;
  page.designators = {designator};
  const auto wwid = wwid_of(page, Identification::page_83);
  return wwid ? std::optional(*wwid) : std::nullopt;
}

/// How multipath-tools reads a line of the bindings file (libmultipath/alias.c): up to "#", "\n" or
/// "\r", two words by blanks and tabs.
std::optional<Binding> read_as_packaged(const std::string& line) {
  const std::string text = line.substr(0, line.find_first_of(std::string_view("#\n\r\0", 4)));
  std::vector<std::string> words;
  for (std::size_t at = 0; (at = text.find_first_not_of(" \t", at)) != std::string::npos;) {
    const std::size_t end = std::min(text.find_first_of(" \t", at), text.size());
    words.push_back(text.substr(at, end - at));
    at = end;
  }
  if (words.size() < 2) return std::nullopt;
  return Binding{words[0], words[1]};
}

const std::string hash_serial = "0520#39";
const std::string hash_wwid = "1IBM_2105_0520#39";

/// A unit whose T10 identifier has a '#'; another one's is the part before it.
struct Hostile : tests::FakeHost {
  Hostile() {
    add("sda", "1:0:0:1", "IBM     2105 " + hash_serial);
    add("sdb", "2:0:0:1", "IBM     2105 " + hash_serial);
    add("sdc", "1:0:0:2", "IBM     2105 0520");
    add("sdd", "2:0:0:2", "IBM     2105 0520");
    state_files.files["/etc/multipath.conf"] = "defaults {\n user_friendly_names yes\n}\n";
  }
  void add(const std::string& kname, const std::string& address, const std::string& identifier) {
    tests::FakeUnit unit = tests::lio_disk(1);
    unit.inquiry = tests::inquiry_data("IBM", "2105");
    unit.pages[0x83] = tests::device_identification_page(
        {tests::designator(DesignatorType::t10_vendor_id, identifier)});
    add_disk(kname, address, tests::sd_number(kname), std::move(unit));
  }
  std::string uuid_of(const std::string& name) {
    const auto map = device_mapper.describe(name);
    return map ? map->uuid : "none";
  }
};

}  // namespace

TEST_CASE("every WWID that discovery produces survives the state files") {
  std::size_t produced = 0, unbound = 0;
  for (unsigned seed = 0; seed < 20'000; ++seed) {
    Dice dice(seed);
    const auto wwid = random_wwid(dice), other = random_wwid(dice);
    if (!wwid || !other || wwid == other) continue;
    ++produced;
    CAPTURE(seed);
    CAPTURE(wwid->text());
    CAPTURE(other->text());
    const std::string wwids = with_wwid(with_wwid("", other->text()), wwid->text());
    REQUIRE(wwids_in(wwids) == std::vector{other->text(), wwid->text()});
    const auto removed = without_wwid(wwids, wwid->text());
    REQUIRE(removed);
    REQUIRE(wwids_in(*removed) == std::vector{other->text()});

    // A line that this program would not write, but that is there, is no other unit's either.
    const Bindings by_hand = parse_bindings(with_binding("", {"mpathz", wwid->text()}), "b");
    REQUIRE((by_hand.of_wwid(wwid->text()) != nullptr) == !wwid->text().starts_with('#'));
    REQUIRE(by_hand.of_wwid(other->text()) == nullptr);
    const Binding binding{dice.hostile_text(2) + "mpatha", wwid->text()};
    const std::string text = with_binding("mpathb " + other->text() + "\n", binding);
    const Bindings read = parse_bindings(text, "b");
    if (!is_read_back(binding)) {
      ++unbound;
      continue;
    }
    REQUIRE(read.of_alias(binding.alias) != nullptr);
    REQUIRE(*read.of_alias(binding.alias) == binding);
    REQUIRE(read.of_wwid(wwid->text())->alias == binding.alias);
    REQUIRE(read_as_packaged(binding.alias + " " + binding.wwid + "\n") == binding);
  }
  CHECK(produced > 1000);
  CHECK(unbound > 100);
}

TEST_CASE("every WWID and map name survives a capture") {
  for (unsigned seed = 0; seed < 2'000; ++seed) {
    Dice dice(seed);
    const auto wwid = random_wwid(dice);
    std::string name = "m" + dice.hostile_text(12);
    std::erase_if(name, [](char c) { return c == '\0' || c == '/'; });
    const std::string uuid = wwid ? map_uuid(*wwid) : "mpath-" + dice.hostile_text(12);
    if (uuid.find('\0') != std::string::npos) continue;
    CAPTURE(seed);
    dm::MemoryDeviceMapper live, replayed;
    live.put({name, uuid, {{0, 8, "linear", "8:0 0"}}, dm::Access::read_write});
    FactNotes notes;
    note_device_mapper(notes, live);
    const auto facts = Facts::parse(notes.render());
    REQUIRE(facts);
    put_device_mapper(*facts, replayed);
    const auto map = replayed.describe(name);
    REQUIRE(map);
    REQUIRE(map->uuid == uuid);

    FactNotes texts;
    const std::string content = dice.hostile_text(60);
    texts.read(name, content);
    const auto parsed = Facts::parse(texts.render());
    REQUIRE(parsed);
    REQUIRE(parsed->read(name) == Facts::Recorded<std::string>(std::optional(content)));
  }
}

TEST_CASE("a unit without a readable binding is named by its WWID") {
  Hostile world;
  const CommandRun first = run_multipath(world, {"-v2"});
  CHECK(first.status == 0);
  CHECK(contains(first.err, hash_wwid + ": named by its WWID: the bindings file"));
  CHECK(world.uuid_of(hash_wwid) == "mpath-" + hash_wwid);
  CHECK(world.uuid_of("mpatha") == "mpath-1IBM_2105_0520");
  const std::string bindings = world.state_files.files["/etc/multipath/bindings"];
  CHECK_FALSE(contains(bindings, hash_serial));
  world.show_maps();
  for (const auto& words : {std::vector<std::string>{"-v2"}, {"event", "change", "8:0"}}) {
    const CommandRun again = run_multipath(world, words);
    CHECK(again.status == 0);
    CHECK(again.out.empty());
    CHECK(world.state_files.files["/etc/multipath/bindings"] == bindings);
    CHECK(world.uuid_of(hash_wwid) == "mpath-" + hash_wwid);
  }
}

TEST_CASE("an existing binding names only its unit, with '#' or without") {
  Hostile world;
  world.state_files.files["/etc/multipath/bindings"] = "mpathq " + hash_wwid + "\n";
  const CommandRun run = run_multipath(world, {"-v2"});
  CHECK(contains(run.err, "/etc/multipath/bindings:1: "));
  CHECK(world.uuid_of("mpathq") == "mpath-" + hash_wwid);
  CHECK(world.uuid_of("mpatha") == "mpath-1IBM_2105_0520");
}

TEST_CASE("a prefix that the bindings file cannot store gives no aliases") {
  Hostile world;
  world.state_files.files["/etc/multipath.conf"] =
      "defaults {\n user_friendly_names yes\n alias_prefix \"my disks\"\n}\n";
  const CommandRun run = run_multipath(world, {"-v2"});
  CHECK(contains(run.err, "1IBM_2105_0520: named by its WWID: the bindings file"));
  CHECK(world.uuid_of("1IBM_2105_0520") == "mpath-1IBM_2105_0520");
  CHECK(world.state_files.files.count("/etc/multipath/bindings") == 0);
}
