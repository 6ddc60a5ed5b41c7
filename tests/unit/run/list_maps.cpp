#include "multipath/run/list_maps.h"

#include <algorithm>
#include <set>
#include <sstream>
#include <string>

#include <doctest/doctest.h>

#include "multipath/capture/captured_host.h"
#include "multipath/capture/recording_host.h"
#include "multipath/run/load_configuration.h"
#include "tests/support/captured_hosts.h"
#include "tests/support/immortal.h"
#include "tests/support/san.h"

using namespace multipath;

namespace {

std::set<std::string> queried_nodes(const tests::San& world) {
  std::set<std::string> nodes;
  for (const auto& [node, unit] : world.scsi.units)
    if (!unit.journal.empty()) nodes.insert(node);
  return nodes;
}

/// The names of the attributes of disks that were read, of which a capture has a line each.
std::set<std::string> attributes_of_disks(const std::string& text) {
  std::set<std::string> names;
  bool is_of_disk = false;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with(' ')) is_of_disk = line.find("/block/sd") != line.npos;
    const std::string fact = line.starts_with(' ') ? line.substr(1) : "";
    const std::string sign = fact.substr(std::min(fact.find(' '), fact.size()));
    const bool is_file = sign.starts_with(" =") || sign.starts_with(" {") || sign == " !";
    if (is_of_disk && is_file) names.insert(fact.substr(0, fact.find(' ')));
  }
  return names;
}

}  // namespace

TEST_CASE("on every captured host the listing of one disk is that of the whole listing") {
  const std::vector<std::string> directories = tests::captured_hosts();
  if (directories.empty()) return;
  std::size_t compared = 0;
  for (const std::string& directory : directories) {
    CAPTURE(directory);
    auto& captured = tests::immortal<CapturedHost>(directory);
    Host& host = captured.host();
    const auto loaded = load_configuration(host, WithErrors::last_good, KeepCopy::no);
    REQUIRE(loaded.configuration);
    const DiscoveryOptions options{.configuration = *loaded.configuration};
    for (const Path& path : list_paths(host, {}, options).discovery.paths) {
      CAPTURE(path.kname);
      const PathListing alone =
          list_paths(host, {Target{to_string(path.number), path.number}}, options);
      CHECK(alone.discovery.paths == std::vector{path});
      CHECK(alone.unmatched.empty());
      ++compared;
    }
  }
  CHECK(compared > 50);
}

TEST_CASE("a listing of maps reads only the attributes that it shows") {
  for (const auto& [depth, attributes] : {
           std::pair(Depth::recall, std::set<std::string>{"inquiry", "size", "state"}),
           std::pair(Depth::ask, std::set<std::string>{"dh_state", "size", "state"}),
       }) {
    tests::San world;
    world.put_maps();
    Host live = world.host();
    auto& recording = tests::immortal<RecordingHost>(live);
    list_maps(recording.host(), {}, depth, {});
    CHECK(attributes_of_disks(recording.capture().files.at("sys.txt")) == attributes);
  }
}

TEST_CASE("a listing of disks queries only the paths of their units") {
  tests::San world;
  const Host host = world.host();
  const DiscoveryOptions options;
  const std::vector<Target> first{{"sda", tests::sd_number("sda")}};
  const PathListing listing = list_paths(host, first, options);
  REQUIRE(listing.discovery.paths.size() == 1);
  CHECK(listing.discovery.paths.front().kname == "sda");
  CHECK(queried_nodes(world) == std::set<std::string>{"sg0", "sg1"});
  const std::vector<Target> by_wwid{{tests::wwid_of_unit(1).text(), std::nullopt}};
  CHECK(list_paths(host, by_wwid, options).discovery.paths.size() == 2);
  CHECK(queried_nodes(world) == std::set<std::string>{"sg0", "sg1"});
  const PathListing unknown = list_paths(host, {{"other", std::nullopt}}, options);
  CHECK(unknown.discovery.paths.empty());
  CHECK(unknown.unmatched == Words{"other"});
}
