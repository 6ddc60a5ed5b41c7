#include "multipath/discovery/native_nvme.h"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "multipath/discovery/enumerate.h"
#include "multipath/view/native_nvme.h"
#include "tests/support/command_run.h"
#include "tests/support/fake_nvme.h"

using namespace multipath;
using tests::FakeHost;
using tests::run_multipath;

namespace {

// What multipath-tools 0.9.4 prints for this host, with enable_foreign nvme.
constexpr const char* listing =
    R"(uuid.893750cc-ca74-481b-a49a-d3371d5f0b93 [nvme]:nvme0n1 NVMe,Linux,6.1.0-56
size=131072 features='n/a' hwhandler='ANA' wp=rw
|-+- policy='n/a' prio=50 status=optimized
| `- 0:0:1 nvme0c0n1 0:0 n/a optimized live
`-+- policy='n/a' prio=0 status=inaccessible
  `- 0:1:1 nvme0c1n1 0:0 n/a inaccessible connecting
)";

}  // namespace

TEST_CASE("the NVMe driver's own multipath is listed as the packaged tool lists it") {
  FakeHost world;
  tests::add_native_namespace(world);
  CHECK(render_native(find_native_namespaces(world.host())) == listing);
  CHECK(enumerate_disks(world.sys, std::nullopt).empty());
  for (const char* letter : {"-l", "-ll"}) CHECK(run_multipath(world, {letter}).out == listing);
  CHECK(run_multipath(world, {"show", "maps"}).out == listing);
}

TEST_CASE("names of maps, other listings and runs ignore it") {
  FakeHost world;
  tests::add_native_namespace(world);
  CHECK(run_multipath(world, {"-l", "-v1"}).out.empty());
  CHECK(run_multipath(world, {}).out.empty());
  CHECK(world.device_mapper.journal().empty());
  CHECK(run_multipath(world, {"-u", "nvme0n1"}).out == "DM_MULTIPATH_DEVICE_PATH=\"0\"\n");
  world.state_files.files["/etc/multipath.conf"] = "defaults {\n enable_foreign NONE\n}\n";
  CHECK(run_multipath(world, {"-ll"}).out.empty());
}

TEST_CASE("JSON lists it if present") {
  FakeHost world;
  using Json = nlohmann::json;
  CHECK(!Json::parse(run_multipath(world, {"show", "maps", "--json"}).out).contains("native_nvme"));
  tests::add_native_namespace(world);
  const Json native =
      Json::parse(run_multipath(world, {"show", "maps", "--json"}).out)["native_nvme"];
  REQUIRE(native.size() == 1);
  CHECK(native[0]["device"] == "nvme0n1");
  CHECK(native[0]["size_bytes"] == 131072 * 512);
  CHECK(native[0]["paths"][1] == Json{{"device", "nvme0c1n1"},
                                      {"access", "inaccessible"},
                                      {"controller_state", "connecting"}});
}
