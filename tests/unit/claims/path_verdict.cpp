#include "multipath/claims/path_verdict.h"

#include <doctest/doctest.h>

#include "tests/support/contains.h"
#include "tests/support/fake_host.h"

using namespace multipath;
using tests::contains;
using tests::FakeHost;
using tests::sd_number;

namespace {

const Wwid unit = tests::wwid_of_unit(1);

/// A host with the paths sda and sdb of a unit, and a request about sda.
struct Request {
  explicit Request(int paths = 2) {
    world.add_path("sda", "1:0:0:1", 1);
    if (paths > 1) world.add_path("sdb", "2:0:0:1", 1);
    world.proc.file("swaps", "Filename Type Size Used Priority\n");
  }

  JudgedPath judge() {
    const Host host = world.host();
    const std::vector<ConfigurationText> files{{"multipath.conf", text}};
    return judge_path(host, Configuration::load(files).value(), number, known, every_unit,
                      former_verdict, asked);
  }
  JudgedPath judge(const std::string& find_multipaths) {
    text = "defaults {\n find_multipaths " + find_multipaths + "\n}\n";
    return judge();
  }

  FakeHost world;
  std::string text;
  DeviceNumber number = sd_number("sda");
  std::set<Wwid> known;
  bool every_unit = false;
  std::string former_verdict;
  Asked asked = Asked::at_event;
};

}  // namespace

TEST_CASE("a device that is not a disk, or is blacklisted, is not a path") {
  Request request;
  request.known = {unit};
  CHECK(request.judge().verdict == PathVerdict::yes);
  request.text = "blacklist {\n devnode \"^sda$\"\n}\n";
  const JudgedPath blacklisted = request.judge();
  CHECK(blacklisted.verdict == PathVerdict::no);
  CHECK(contains(blacklisted.reason, "devnode"));
  CHECK(blacklisted.path.kname == "sda");
  request.text = "";
  request.number = {7, 0};
  CHECK(request.judge().verdict == PathVerdict::no);
  CHECK(request.judge().reason == "it is not a disk that can be a path");
}

TEST_CASE(
    "find_multipaths decides on an unknown unit, the number of paths "
    "only with smart") {
  for (const int paths : {1, 2}) {
    CAPTURE(paths);
    Request request(paths);
    for (const char* mode : {"on", "off", "strict"}) {
      const JudgedPath judged = request.judge(mode);
      CHECK(judged.verdict == PathVerdict::no);
      CHECK(judged.reason == std::string("find_multipaths ") + mode +
                                 ": the wwids file does not have " + unit.text());
    }
    CHECK(request.judge("greedy").verdict == PathVerdict::yes);
    CHECK(request.judge("greedy").known);
    const JudgedPath smart = request.judge("smart");
    CHECK(smart.verdict == (paths == 2 ? PathVerdict::yes : PathVerdict::maybe));
    CHECK(smart.wait == std::chrono::seconds(paths == 2 ? 0 : 10));
    CHECK_FALSE(smart.known);
  }
}

TEST_CASE("a unit of the wwids file needs no second path") {
  Request request(1);
  request.known = {unit};
  for (const char* mode : {"on", "off", "strict", "smart", "greedy"}) {
    CAPTURE(mode);
    CHECK(request.judge(mode).verdict == PathVerdict::yes);
    CHECK(request.judge(mode).known);
  }
}

TEST_CASE(
    "a disk in use outside a map is not claimed, except before the root "
    "is mounted") {
  Request request;
  request.known = {unit};
  request.world.proc.file("self/mountinfo", "21 1 8:0 / /boot rw - ext4 /dev/sda rw\n");
  const JudgedPath used = request.judge();
  CHECK(used.verdict == PathVerdict::no);
  CHECK_FALSE(used.known);
  CHECK(used.reason ==
        "a path (the wwids file has " + unit.text() + "), but it is in use: mounted on /boot");
  request.asked = Asked::before_root;
  CHECK(request.judge().verdict == PathVerdict::yes);
}

TEST_CASE("a path is not claimed while another path of its unit is in use") {
  Request request;
  request.known = {unit};
  request.number = sd_number("sdb");
  request.world.proc.file("self/mountinfo", "21 1 8:0 / /boot rw - ext4 /dev/sda rw\n");
  CHECK(request.judge().verdict == PathVerdict::no);
  CHECK(contains(request.judge().reason, "sda, another path of the unit, is in use"));
}

TEST_CASE("a disk that an earlier event released stays released") {
  Request request;
  request.known = {unit};
  request.former_verdict = "0";
  CHECK(request.judge().verdict == PathVerdict::no);
  CHECK(contains(request.judge().reason, "already released"));
  request.former_verdict = "1";
  CHECK(request.judge().verdict == PathVerdict::yes);
}

TEST_CASE(
    "a kernel argument that disables multipath decides for events, not "
    "for users") {
  Request request;
  request.known = {unit};
  request.world.proc.file("cmdline", "root=/dev/sda1 rd.multipath=0 quiet\n");
  for (const Asked asked : {Asked::at_event, Asked::before_root}) {
    request.asked = asked;
    CHECK(request.judge().verdict == PathVerdict::no);
    CHECK(request.judge().switched_off);
  }
  request.asked = Asked::by_user;
  CHECK(request.judge().verdict == PathVerdict::yes);
  CHECK_FALSE(request.judge().switched_off);
}

TEST_CASE("recall_path identifies a disk without a query") {
  Request request;
  const Host host = request.world.host();
  const Configuration configuration = Configuration::load({}).value();
  const auto path = recall_path(host, configuration, sd_number("sdb"));
  REQUIRE(path);
  CHECK(path->wwid == unit);
  CHECK_FALSE(recall_path(host, configuration, {7, 0}));
}
