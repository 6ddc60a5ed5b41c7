#include "multipath/run/list_maps.h"

#include <filesystem>
#include <set>
#include <string>

#include <doctest/doctest.h>

#include "multipath/capture/captured_host.h"
#include "multipath/run/load_configuration.h"
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

}  // namespace

TEST_CASE("on every captured host the listing of one disk is that of the whole listing") {
  namespace fs = std::filesystem;
  if (!fs::is_directory("tests/hosts")) {
    MESSAGE("SKIP: tests/hosts is not below the working directory");
    return;
  }
  std::size_t compared = 0;
  for (const auto& entry : fs::directory_iterator("tests/hosts")) {
    if (!fs::is_directory(entry.path() / "host")) continue;
    CAPTURE(entry.path().string());
    auto& captured = tests::immortal<CapturedHost>((entry.path() / "host").string());
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
