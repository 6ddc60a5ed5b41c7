#include <doctest/doctest.h>

#include "multipath/claims/map_readiness.h"
#include "multipath/claims/path_verdict.h"
#include "multipath/discovery/discover.h"
#include "tests/support/contains.h"
#include "tests/support/fake_nvme.h"
#include "tests/support/immortal.h"

using namespace multipath;
using tests::contains;
using tests::FakeHost;
using tests::FakeNvme;
using tests::NamespaceState;

namespace {

Configuration configured(const std::string& text) {
  const std::vector<ConfigurationText> files{{"multipath.conf", text}};
  return Configuration::load(files).value();
}

std::vector<Path> paths_of(FakeHost& world, FakeNvme& nvme, const std::string& text = "") {
  Host host = world.host();
  host.nvme = nvme;
  const DiscoveryOptions discovery_options{.configuration = configured(text)};
  return discover(host, discovery_options.configuration.hardware(), discovery_options,
                  NeedDeviceMapper::no)
      .paths;
}

/// A DASD as s390x shows it.
void add_dasd(FakeHost& world, const std::string& uid, const std::string& status = "online") {
  const std::string device = "devices/css0/0.0.0008/0.0.e12a", folder = device + "/block/dasda";
  world.sys.file(device + "/uid", uid + "\n");
  world.sys.file(device + "/status", status + "\n");
  world.sys.file(device + "/devtype", "3390/0c\n");
  world.sys.file(folder + "/size", "14424480\n");
  world.sys.file(folder + "/ro", "0\n");
  world.sys.file(folder + "/dev", "94:0\n");
  world.sys.link(folder + "/device", "../../../0.0.e12a");
  world.sys.link("class/block/dasda", "../../" + folder);
  world.sys.link("dev/block/94:0", "../../" + folder);
}

constexpr const char* dasd_allowed = R"(blacklist_exceptions {
  device {
    vendor "IBM"
    product "S/390"
  }
}
)";

}  // namespace

TEST_CASE("a namespace comes from sysfs, with multipath-tools' address") {
  auto& world = tests::immortal<FakeHost>();
  auto& nvme = tests::immortal<FakeNvme>();
  tests::add_namespace(world, 0);
  nvme.accesses[{"nvme0", 1}] = {nvme::AnaState::optimized, 1, ""};
  const auto paths = paths_of(world, nvme);
  REQUIRE(paths.size() == 1);
  const Path& path = paths.front();
  CHECK(path.bus() == Bus::nvme);
  CHECK(to_string(path.address) == "0:1:1:1");
  CHECK(path.vendor == "NVME");
  CHECK(path.product == "Linux");
  CHECK(path.revision == "6.1.0-56");
  CHECK(path.wwid == Wwid::from_text("uuid.34b59db0-dd59-4927-a16b-e69bee86f26a"));
  CHECK(path.identity_source == IdentitySource::kernel_name);
  CHECK(path.state == DeviceState::live);
  CHECK(path.checker_state == CheckerState::ready);
  CHECK(path.priority == 50);
  CHECK(path.answered);
  CHECK(needs_bio(path));
  CHECK(path.trouble.empty());
}

TEST_CASE("priorities follow the ANA state, or are const without one") {
  const auto priority = [](const NamespaceAccess& access, const std::string& text = "") {
    auto& world = tests::immortal<FakeHost>();
    auto& nvme = tests::immortal<FakeNvme>();
    tests::add_namespace(world, 0);
    nvme.accesses[{"nvme0", 1}] = access;
    return paths_of(world, nvme, text).front().priority;
  };
  CHECK(priority({nvme::AnaState::non_optimized, 1, ""}) == 10);
  CHECK(priority({nvme::AnaState::inaccessible, 1, ""}) == 1);
  CHECK(priority({nvme::AnaState::change, 1, ""}) == 1);
  CHECK(priority({nvme::AnaState::persistent_loss, 1, ""}) == 0);
  CHECK(priority({}) == 1);
  CHECK(!priority({std::nullopt, 0, "Identify Controller: Input/output error"}));
  const std::string as_set = "defaults {\n detect_prio no\n}\n";
  CHECK(priority({nvme::AnaState::non_optimized, 1, ""}, as_set) == 1);
  const std::string ana = "defaults {\n detect_prio no\n prio ana\n}\n";
  CHECK(priority({nvme::AnaState::non_optimized, 1, ""}, ana) == 10);
  const std::string alua = "defaults {\n detect_prio no\n prio alua\n}\n";
  CHECK(priority({nvme::AnaState::non_optimized, 1, ""}, alua) == 1);
  const std::string weights =
      "defaults {\n detect_prio no\n prio weightedpath\n prio_args \"devname nvme0 7\"\n}\n";
  CHECK(priority({nvme::AnaState::non_optimized, 1, ""}, weights) == 7);
}

TEST_CASE("ana_state of sysfs takes precedence") {
  auto& world = tests::immortal<FakeHost>();
  auto& nvme = tests::immortal<FakeNvme>();
  tests::add_namespace(world, 0);
  world.sys.file("devices/virtual/nvme-fabrics/ctl/nvme0/nvme0n1/ana_state", "non-optimized\n");
  nvme.accesses[{"nvme0", 1}] = {nvme::AnaState::optimized, 1, ""};
  CHECK(paths_of(world, nvme).front().priority == 10);
}

TEST_CASE("the controller's state is the path's") {
  const auto path_with = [](const std::string& state) {
    auto& world = tests::immortal<FakeHost>();
    auto& nvme = tests::immortal<FakeNvme>();
    tests::add_namespace(world, 0, {.controller_state = state});
    return paths_of(world, nvme).front();
  };
  CHECK(path_with("live").checker_state == CheckerState::ready);
  CHECK(path_with("connecting").checker_state == CheckerState::faulty);
  CHECK(path_with("resetting").checker_state == CheckerState::faulty);
  CHECK(path_with("dead").checker_state == CheckerState::faulty);
  CHECK(path_with("new").checker_state == CheckerState::pending);
  CHECK(path_with("deleting").checker_state == CheckerState::pending);
  CHECK(path_with("deleting (no IO)").state == DeviceState::deleting_no_io);
  const Path silent = path_with("connecting");
  CHECK(!silent.answered);
  CHECK(silent.wwid);
  CHECK(!silent.priority);
  CHECK(silent.trouble.starts_with("its kernel state is connecting; check the network"));
}

TEST_CASE("a namespace without a usable wwid is not in any map") {
  const auto trouble = [](const std::string& wwid) {
    auto& world = tests::immortal<FakeHost>();
    auto& nvme = tests::immortal<FakeNvme>();
    tests::add_namespace(world, 0, {.wwid = wwid});
    const Path path = paths_of(world, nvme).front();
    CHECK(!path.wwid);
    return path.trouble;
  };
  CHECK(trouble("") == "sysfs wwid is empty or missing");
  CHECK(contains(trouble("nvme." + std::string(140, '5')), "too long"));
  CHECK(contains(trouble("eui.\x1b[31m"), "cannot be a WWID"));
}

TEST_CASE("a blacklist judges a namespace by name, product, protocol and wwid") {
  const auto excluded = [](const std::string& rule) {
    auto& world = tests::immortal<FakeHost>();
    auto& nvme = tests::immortal<FakeNvme>();
    tests::add_namespace(world, 0);
    return paths_of(world, nvme, "blacklist {\n " + rule + "\n}\n").front().excluded;
  };
  CHECK(excluded("devnode ^nvme"));
  CHECK(excluded("protocol nvme:tcp"));
  CHECK(!excluded("protocol nvme:pcie"));
  CHECK(excluded("wwid ^uuid"));
  CHECK(excluded("device {\n  vendor NVME\n  product Linux\n }"));
  CHECK(!excluded("device {\n  vendor NVME\n  product Pure\n }"));
}

TEST_CASE("a DASD is named by its uid without z/VM's part") {
  const auto path_of = [](const std::string& uid, const std::string& text,
                          const std::string& status = "online") {
    auto& world = tests::immortal<FakeHost>();
    auto& nvme = tests::immortal<FakeNvme>();
    add_dasd(world, uid, status);
    return paths_of(world, nvme, text).front();
  };
  const Path path = path_of("IBM.750000000DE011.0200.0f.000000010000e8f0", dasd_allowed);
  CHECK(path.wwid == Wwid::from_text("IBM.750000000DE011.0200.0f"));
  CHECK(path.vendor == "IBM");
  CHECK(path.product == "S/390 DASD ECKD");
  CHECK(path.checker_state == CheckerState::ready);
  CHECK(path.priority == 1);
  CHECK(to_string(path.address) == "0:0:57642:0");
  CHECK(path_of("IBM.750000000DE011.0200.0f", dasd_allowed).wwid == path.wwid);
  CHECK(path_of("", dasd_allowed).trouble == "sysfs device/uid is empty or missing");
  CHECK(path_of("IBM.1.2.3", dasd_allowed, "offline").checker_state == CheckerState::faulty);
  CHECK(path_of("IBM.1.2.3", "").excluded);
}

TEST_CASE("a map of namespaces is usable while one controller is live") {
  FakeHost world;
  tests::add_namespace(world, 0, {.controller_state = "connecting"});
  tests::add_namespace(world, 1);
  CurrentMap map;
  map.status = parse_multipath_status("2 0 0 0 1 1 A 0 2 2 259:0 A 0 0 1 259:1 A 0 0 1").value();
  CHECK(has_usable_path(world.sys, map));
  world.sys.change("class/nvme/nvme1/state", "resetting\n");
  CHECK(!has_usable_path(world.sys, map));
}

TEST_CASE("-u claims a namespace in the wwids file") {
  FakeHost world;
  tests::add_namespace(world, 0);
  const Host host = world.host();
  const auto wwid = Wwid::from_text("uuid.34b59db0-dd59-4927-a16b-e69bee86f26a").value();
  CHECK(judge_path(host, configured(""), {259, 0}, {wwid}, false, "").verdict == PathVerdict::yes);
  CHECK(judge_path(host, configured(""), {259, 0}, {}, false, "").verdict == PathVerdict::no);
}
