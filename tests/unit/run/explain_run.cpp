#include "multipath/run/explain_run.h"

#include <doctest/doctest.h>

#include "multipath/capture/captured_host.h"
#include "multipath/config/bindings_file.h"
#include "multipath/host/refinement.h"
#include "multipath/run/load_configuration.h"
#include "tests/support/captured_hosts.h"
#include "tests/support/immortal.h"
#include "tests/support/san.h"

using namespace multipath;
using Words = std::vector<std::string>;

namespace {

DiscoveryOptions tracing(const Configuration& configuration) {
  DiscoveryOptions options;
  options.configuration = configuration;
  options.tracing = Tracing::yes;
  return options;
}

/// All disks, maps and units of a host, by every name that explain accepts.
Words names_of(const Host& host) {
  Words words;
  for (const std::string& number : names_in(host.sys, "dev/block")) words.push_back(number);
  for (const dm::Device& device : host.device_mapper.list()) {
    words.push_back(device.name);
    const auto about = host.device_mapper.describe(device.name);
    if (const auto wwid = about ? wwid_of_map_uuid(about->uuid) : std::nullopt)
      words.push_back(wwid->text());
  }
  return words;
}

struct World : tests::San {
  Host live = host();
  Configuration configuration = Configuration::load(std::vector<ConfigurationText>{}).value();

  void configure(const std::string& text) {
    state_files.files["/etc/multipath.conf"] = text;
    configuration = load_configuration(live).value();
  }
  Explanation explain(const std::string& word, const Words& words) {
    return Explainer(live, configuration, tracing(configuration), words).explain(word);
  }
  /// The units that were queried for the explanation of the word alone, which must be the same as in
  /// the plan of the whole host.
  std::set<int> queried_for(const std::string& word) {
    const Explanation of_host = explain(word, {});
    for (auto& [node, unit] : scsi.units) unit.journal.clear();
    CHECK(explain(word, {word}) == of_host);
    std::set<int> units;
    for (const auto& [node, unit] : scsi.units)
      if (!unit.journal.empty()) units.insert(node == "sg0" || node == "sg1" ? 1 : 2);
    return units;
  }
};

const std::set<int> first_alone{1}, whole_host{1, 2};

}  // namespace

TEST_CASE("on every captured host the explanation of one device is that of the whole plan") {
  const std::vector<std::string> directories = tests::captured_hosts();
  if (directories.empty()) return;
  std::size_t compared = 0;
  for (const std::string& directory : directories) {
    CAPTURE(directory);
    auto& captured = tests::immortal<CapturedHost>(directory);
    Host& host = captured.host();
    const auto loaded = load_configuration(host, WithErrors::last_good, KeepCopy::no);
    REQUIRE(loaded.configuration);
    const DiscoveryOptions options = tracing(*loaded.configuration);
    Explainer whole(host, *loaded.configuration, options);
    for (const std::string& word : names_of(host)) {
      CAPTURE(word);
      Explainer alone(host, *loaded.configuration, options, {word});
      const Explanation of_host = whole.explain(word), of_unit = alone.explain(word);
      CHECK(of_unit.answer == of_host.answer);
      CHECK(of_unit.conclusion == of_host.conclusion);
      CHECK(of_unit == of_host);
      ++compared;
    }
  }
  CHECK(compared > 100);
}

TEST_CASE("explain queries only the paths of the unit") {
  World world;
  CHECK(world.queried_for("sda") == first_alone);
  CHECK(world.queried_for("/dev/sda") == first_alone);
  CHECK(world.queried_for("8:16") == first_alone);
  CHECK(world.queried_for(tests::wwid_of_unit(1).text()) == first_alone);
  world.put_maps();
  CHECK(world.queried_for("sda") == first_alone);
  CHECK(world.queried_for("mpatha") == first_alone);
  CHECK(world.queried_for(tests::wwid_of_unit(1).text()) == first_alone);
}

TEST_CASE("explain queries each command of a unit once, whatever other units there are") {
  World small, large;
  for (int unit = 3; unit < 9; ++unit)
    large.add_path("sd" + std::string(1, static_cast<char>('b' + unit)),
                   "1:0:0:" + std::to_string(unit), unit);
  for (World* world : {&small, &large}) world->explain("sda", {"sda"});
  CHECK(small.commands_asked() > 0);
  CHECK(small.commands_asked() == large.commands_asked());
}

TEST_CASE("explain plans the whole host where another unit could change the answer") {
  World world;
  SUBCASE("a disk answers with another identity than the recalled one") {
    world.scsi.units.at("sg1") = tests::lio_disk(2);
    CHECK(world.queried_for("sda") == whole_host);
  }
  SUBCASE("a disk with the same LUN was replaced") {
    world.add_path("sde", "3:0:0:1", 2);
    world.scsi.units.at("sg4") = tests::lio_disk(1);
    CHECK(world.queried_for("sda") == whole_host);
  }
  SUBCASE("a unit gets a new alias") {
    world.configure("defaults {\n user_friendly_names yes\n}\n");
    CHECK(world.queried_for("sdc") == whole_host);
    CHECK(world.queried_for("mpathb") == whole_host);
  }
  SUBCASE("the alias of one unit is the binding of another") {
    world.configure("defaults {\n user_friendly_names yes\n}\nmultipaths {\n multipath {\n wwid " +
                    tests::wwid_of_unit(2).text() + "\n alias same\n}\n}\n");
    world.state_files.files["/etc/multipath/bindings"] =
        "same " + tests::wwid_of_unit(1).text() + "\n";
    CHECK(world.queried_for("sda") == whole_host);
    CHECK(world.queried_for("sdc") == whole_host);
  }
  SUBCASE("the alias is the WWID of another unit") {
    world.configure("multipaths {\n multipath {\n wwid " + tests::wwid_of_unit(1).text() +
                    "\n alias " + tests::wwid_of_unit(2).text() + "\n}\n}\n");
    CHECK(world.queried_for("sda") == whole_host);
  }
  SUBCASE("another unit's map has the unit's alias") {
    world.put_map("mine", 2, "0 0 1 1 service-time 0 2 1 8:32 1 8:48 1");
    world.configure("multipaths {\n multipath {\n wwid " + tests::wwid_of_unit(1).text() +
                    "\n alias mine\n}\n}\n");
    CHECK(world.queried_for("sda") == whole_host);
  }
  SUBCASE("a map has paths of two units") {
    world.put_map("mixed", 1, "0 0 1 1 service-time 0 2 1 8:0 1 8:32 1");
    CHECK(world.queried_for("sda") == whole_host);
    CHECK(world.queried_for("sdc") == whole_host);
  }
  SUBCASE("no unit has that name") { CHECK(world.queried_for("other") == whole_host); }
}

TEST_CASE("a bound alias needs only the unit itself") {
  World world;
  world.configure("defaults {\n user_friendly_names yes\n}\n");
  world.state_files.files["/etc/multipath/bindings"] =
      "mpathc " + tests::wwid_of_unit(1).text() + "\n";
  CHECK(world.queried_for("sda") == first_alone);
}
