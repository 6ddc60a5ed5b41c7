#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "multipath/config/configuration.h"
#include "tests/support/command_run.h"

using namespace multipath;
using tests::FakeHost;
using tests::run_multipath;
using Json = nlohmann::json;

namespace {

Configuration configuration_of(const std::string& text) {
  const std::vector<ConfigurationText> texts{{"multipath.conf", text}};
  auto configuration = Configuration::load(texts);
  REQUIRE(configuration);
  return *configuration;
}

std::string property_of(const std::string& text, const std::string& kname = "sda",
                        const std::string& vendor = "PURE") {
  const auto property =
      udev_property_for(configuration_of(text), kname, {vendor, "FlashArray", "", "", ""});
  return property ? property->value : "none";
}

/// One disk of unit 1 for which udev has properties, and a configuration.
struct Disk : FakeHost {
  explicit Disk(const std::string& text) {
    add_path("sda", "1:0:0:1", 1);
    state_files.files["/etc/multipath.conf"] = text;
  }
  Json path() {
    return Json::parse(run_multipath(*this, {"show", "paths", "--json"}).out)["paths"][0];
  }
};

const DeviceNumber sda{8, 0};
const std::string own = tests::wwid_of_unit(1).text();

}  // namespace

TEST_CASE("without configuration no udev property identifies a unit") {
  CHECK(property_of("") == "none");
  CHECK(property_of("", "nvme0n1", "NVMe") == "none");
  CHECK_FALSE(names_units_by_udev(configuration_of("")));
  CHECK_FALSE(names_units_by_udev(configuration_of("defaults {\n find_multipaths off\n}\n")));
}

TEST_CASE("uid_attribute selects the property, with the usual precedence") {
  CHECK(property_of("defaults {\n uid_attribute ID_SERIAL\n}\n") == "ID_SERIAL");
  CHECK(property_of("defaults {\n uid_attribute A\n}\noverrides {\n uid_attribute B\n}\n") == "B");
  const std::string device =
      "devices {\n device {\n vendor PURE\n product .*\n uid_attribute C\n }\n}\n";
  CHECK(property_of(device) == "C");
  CHECK(property_of(device, "sda", "IBM") == "none");
  CHECK(names_units_by_udev(configuration_of(device)));
}

TEST_CASE("an empty uid_attribute queries the device") {
  CHECK(property_of("defaults {\n uid_attribute \"\"\n}\n") == "none");
}

TEST_CASE("uid_attrs overrides uid_attribute for its kinds of node") {
  const std::string text =
      "defaults {\n uid_attrs \"sd:ID_X dasd:ID_UID\"\n uid_attribute ID_Y\n}\n";
  CHECK(property_of(text, "sda") == "ID_X");
  CHECK(property_of(text, "dasdb") == "ID_UID");
  CHECK(property_of(text, "nvme0n1") == "ID_Y");
}

TEST_CASE("without uid_attribute a unit keeps its own name") {
  Disk world("");
  world.udev.entries[sda] = {{"ID_WWN", "x"}, {"ID_SERIAL", "3dead"}};
  CHECK(world.path()["wwid"] == own);
  CHECK(world.path()["identity_source"] == "page 0x83");
}

TEST_CASE("with uid_attribute a unit has udev's name everywhere") {
  Disk world("defaults {\n uid_attribute ID_SERIAL\n find_multipaths strict\n}\n");
  world.udev.entries[sda] = {{"ID_WWN", "x"}, {"ID_SERIAL", "3dead "}};
  const Json path = world.path();
  CHECK(path["wwid"] == "3dead");
  CHECK(path["identity_source"] == "udev property");
  CHECK(path["checker_state"] == "ready");
  CHECK(run_multipath(world, {"-a", "/dev/sda"}).out == "wwid '3dead' added\n");
  CHECK(run_multipath(world, {"-u", "sda"}).out == "DM_MULTIPATH_DEVICE_PATH=\"1\"\n");
  run_multipath(world, {});
  CHECK(world.device_mapper.find("3dead"));
}

TEST_CASE("hardware that the table does not list gets udev's name") {
  FakeHost world;
  world.add_disk("sda", "1:0:0:1", sda,
                 tests::fake_disk("NOBODY", "KNOWS", "1", scsi::ByteVector(16, 0x60)));
  world.state_files.files["/etc/multipath.conf"] = "defaults {\n uid_attribute ID_X\n}\n";
  world.udev.entries[sda] = {{"ID_WWN", "x"}, {"ID_X", "3dead"}};
  const Json path = Json::parse(run_multipath(world, {"show", "paths", "--json"}).out)["paths"][0];
  CHECK(path["wwid"] == "3dead");
  CHECK(path["trouble"].is_null());
  CHECK(path["checker_state"] == "ready");
}

TEST_CASE("without the property a unit has no name, except for ID_SERIAL") {
  Disk world("defaults {\n uid_attribute ID_X\n}\n");
  world.udev.entries[sda] = {{"ID_WWN", "x"}, {"ID_SERIAL", "3dead"}};
  CHECK(world.path()["wwid"].is_null());
  CHECK(world.path()["trouble"] ==
        "udev has no property ID_X of it, which /etc/multipath.conf:2 (defaults) asks for");
  Disk usual("defaults {\n uid_attribute ID_SERIAL\n}\n");
  CHECK(usual.path()["wwid"] == own);
}

TEST_CASE("an invalid WWID is rejected with the configuration line") {
  Disk world("defaults {\n uid_attribute ID_X\n}\n");
  for (const char* value : {"", "a b", "x/y", "\"", "\x1b"}) {
    world.udev.entries[sda] = {{"ID_WWN", "x"}, {"ID_X", value}};
    CHECK(world.path()["wwid"].is_null());
    CHECK(world.path()["trouble"].get<std::string>().ends_with("cannot be a WWID"));
  }
}

TEST_CASE("the blacklist applies to udev's name") {
  const std::string attribute = "defaults {\n uid_attribute ID_X\n}\n";
  Disk refused(attribute + "blacklist {\n wwid 3dead\n}\n");
  refused.udev.entries[sda] = {{"ID_WWN", "x"}, {"ID_X", "3dead"}};
  CHECK(refused.path()["excluded"] == true);
  Disk allowed(attribute + "blacklist {\n wwid \"" + own + "\"\n}\n");
  allowed.udev.entries[sda] = {{"ID_WWN", "x"}, {"ID_X", "3dead"}};
  CHECK(allowed.path()["excluded"] == false);
  CHECK(allowed.path()["trouble"].is_null());
}
