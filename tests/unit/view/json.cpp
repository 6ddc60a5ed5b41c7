#include "multipath/view/json.h"

#include <span>
#include <sstream>
#include <string>
#include <variant>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

using namespace multipath;
using Json = nlohmann::json;

namespace {

Topology map_named(const std::string& name) {
  Topology map;
  map.name = name;
  map.wwid = "3600";
  map.size_sectors = 2048;
  map.features = "0";
  map.hardware_handler = "0";
  return map;
}

template <typename Print, typename Value>
std::string text_of(Print print, std::span<const Value> values, std::span<const Finding> findings) {
  std::ostringstream out;
  print(out, values, findings);
  return out.str();
}

std::string json_of_maps(std::span<const Topology> maps, std::span<const Finding> findings,
                         std::span<const NativeNamespace> native = {}) {
  std::ostringstream out;
  print_json_of_maps(out, maps, findings, native);
  return out.str();
}

std::string json_of_paths(std::span<const Path> paths, std::span<const Finding> findings) {
  return text_of(print_json_of_paths, paths, findings);
}

std::string json_of_outcomes(std::span<const Outcome> outcomes, std::span<const Finding> findings) {
  return text_of(print_json_of_outcomes, outcomes, findings);
}

Json maps_json(const Topology& map) { return Json::parse(json_of_maps(std::vector{map}, {})); }

}  // namespace

TEST_CASE("JSON begins with its schema's version and ends with a line feed") {
  for (const auto& text : {json_of_maps({}, {}), json_of_paths({}, {})}) {
    CHECK(text.starts_with("{\n  \"schema_version\": 1,\n"));
    CHECK(text.ends_with("}\n"));
    CHECK(Json::parse(text)["findings"] == Json::array());
  }
  CHECK(Json::parse(json_of_maps({}, {}))["maps"] == Json::array());
  CHECK(Json::parse(json_of_paths({}, {}))["paths"] == Json::array());
}

TEST_CASE("a document that is printed element by element is indented like one value") {
  const auto is_indented = [](const std::string& text) {
    return nlohmann::ordered_json::parse(text).dump(2) + "\n" == text;
  };
  Topology map = map_named("mpath\n\"a\"");
  map.groups.resize(2);
  map.groups.front().paths.resize(2);
  const std::vector<Finding> findings(2, Finding{Finding::Severity::note, "sda", "two\nlines"});
  NativeNamespace native;
  native.kname = "nvme0n1";
  CHECK(is_indented(json_of_maps({}, {})));
  CHECK(is_indented(json_of_maps(std::vector{map}, findings)));
  CHECK(is_indented(json_of_maps(std::vector{map, map}, {}, {&native, 1})));
  CHECK(is_indented(json_of_paths(std::vector<Path>(3), findings)));
}

TEST_CASE("a map's JSON is complete, with null for unknown values") {
  auto map = map_named("mpatha");
  TopologyPath path;
  path.number = {.major = 8, .minor = 16};
  map.groups = {{.selector = "service-time 0",
                 .priority = 50,
                 .status = GroupStatus::active,
                 .paths = {path}}};
  CHECK(maps_json(map)["maps"][0] ==
        Json::parse(
            R"({"name": "mpatha", "wwid": "3600", "device": null, "action": null, "vendor": null,
          "product": null, "size_bytes": 1048576, "features": "0", "hardware_handler": "0", "read_only": null,
          "suspended": false, "groups": [{"selector": "service-time 0", "priority": 50, "status": "active",
          "paths": [{"device": null, "number": "8:16", "address": null, "dm_state": "undef",
          "checker_state": "undef", "device_state": "unknown", "priority": null, "trouble": null}]}]})"));
}

TEST_CASE("a map's JSON has its device, its action and its protection") {
  auto map = map_named("mpatha");
  map.kname = "dm-3";
  map.action = "reload";
  map.write_protection = WriteProtection::read_only;
  const auto json = maps_json(map)["maps"][0];
  CHECK(json["device"] == "dm-3");
  CHECK(json["action"] == "reload");
  CHECK(json["read_only"] == true);
}

TEST_CASE("a path's JSON has the source of its identity and its trouble") {
  Path path;
  path.kname = "sda";
  path.number = {.major = 8, .minor = 0};
  path.address = {.host = 3, .channel = 0, .target = 1, .lun = 2};
  std::get<ScsiPath>(path.transport).sg_node = "sg0";
  path.wwid = Wwid::from_text("3600");
  path.identity_source = IdentitySource::kernel_cache;
  path.state = DeviceState::transport_offline;
  path.trouble = "does not answer";
  const auto json = Json::parse(json_of_paths(std::vector{path}, {}))["paths"][0];
  CHECK(json["wwid"] == "3600");
  CHECK(json["identity_source"] == "kernel cache");
  CHECK(json["device_state"] == "transport-offline");
  CHECK(json["address"] == "3:0:1:2");
  CHECK(json["sg_device"] == "sg0");
  CHECK(json["trouble"] == "does not answer");
  CHECK(json["priority"] == nullptr);
  CHECK(json["excluded"] == false);
  CHECK(json["holders"] == Json::array());
}

TEST_CASE("special strings survive a round trip through JSON") {
  for (const std::string hostile :
       {"2.5\" SSD", "back\\slash", "a\nb\tc\x01\x1f", "\x7f", "</script>", "{\"a\": 1}",
        "Gr\xc3\xb6\xc3\x9f"
        "e"}) {
    auto map = map_named("mpatha");
    map.product = hostile;
    CHECK(maps_json(map)["maps"][0]["product"] == hostile);
  }
}

TEST_CASE("NUL in a string survives a round trip") {
  auto map = map_named("mpatha");
  map.vendor = std::string("a\0b", 3);
  CHECK(maps_json(map)["maps"][0]["vendor"] == std::string("a\0b", 3));
}

TEST_CASE("bytes that are not UTF-8 become U+FFFD") {
  for (const std::string hostile : {"a\xff", "a\xc3", "a\xed\xa0\x80", "a\xc0\xaf"}) {
    auto map = map_named(hostile);
    const auto name = maps_json(map)["maps"][0]["name"].get<std::string>();
    CHECK(name.starts_with("a\xef\xbf\xbd"));
  }
}

TEST_CASE("an applied action has its reason, table and error") {
  Action action{.verb = Verb::reload,
                .desired = {.wwid = *Wwid::from_text("3600"),
                            .name = "new",
                            .size_sectors = 2048,
                            .features = {"queue_if_no_path"},
                            .hardware_handler = {},
                            .selector_arguments = {},
                            .groups = {}},
                .current = CurrentMap{},
                .reason = "it is \"wrong\""};
  action.current->name = "old";
  const std::vector<Outcome> outcomes = {{action, ""}, {action, "reload: Invalid argument\xff"}};
  const auto json = Json::parse(json_of_outcomes(outcomes, {}))["actions"];
  CHECK(json[0]["action"] == "reload");
  CHECK(json[0]["reason"] == "it is \"wrong\"");
  CHECK(json[0]["error"] == nullptr);
  CHECK(json[0]["former_name"] == "old");
  CHECK(json[0]["table"] == "0 2048 multipath 1 queue_if_no_path 0 0 0");
  CHECK(json[0]["map"]["name"] == "new");
  CHECK(json[0]["map"]["action"] == "reload");
  CHECK(json[1]["error"] == "reload: Invalid argument\xef\xbf\xbd");
}

TEST_CASE("a flush result lists remaining maps and the reasons") {
  const std::vector<FlushOutcome> outcomes = {
      {.map = "mpatha", .result = FlushResult::flushed, .error = ""},
      {.map = "mpathb", .result = FlushResult::busy, .error = "it is mounted"}};
  CHECK(Json::parse(json_of_flush(outcomes, {}))["flushed"] ==
        Json::parse(R"([{"name": "mpatha", "result": "flushed", "error": null},
                        {"name": "mpathb", "result": "busy", "error": "it is mounted"}])"));
}

TEST_CASE("findings have their severity") {
  const std::vector<Finding> findings = {
      {.severity = Finding::Severity::note, .subject = "sda", .text = "n"},
      {.severity = Finding::Severity::warning, .subject = "sdb", .text = "w"},
      {.severity = Finding::Severity::error, .subject = "", .text = "e\xff"}};
  const auto json = Json::parse(json_of_paths({}, findings))["findings"];
  CHECK(json[0] == Json{{"severity", "note"}, {"subject", "sda"}, {"text", "n"}});
  CHECK(json[1]["severity"] == "warning");
  CHECK(json[2]["severity"] == "error");
  CHECK(json[2]["text"] == "e\xef\xbf\xbd");
}

TEST_CASE("a size that no device has does not overflow") {
  auto map = map_named("mpatha");
  map.size_sectors = UINT64_MAX;
  CHECK(maps_json(map)["maps"][0]["size_bytes"] == UINT64_MAX);
}
