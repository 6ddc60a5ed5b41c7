#include <cerrno>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "tests/support/command_run.h"
#include "tests/support/contains.h"

using tests::CommandRun;
using tests::contains;
using tests::FakeHost;
using tests::run_multipath;
using Json = nlohmann::json;
using Lines = std::vector<std::string>;

namespace {

const std::string unit = tests::wwid_of_unit(1).text();

/// A unit behind two host adapters, and a configuration that sets eh_deadline for all.
struct San : FakeHost {
  San() {
    for (const char* host : {"1", "2"}) {
      add_path(*host == '1' ? "sda" : "sdb", std::string(host) + ":0:0:1", 1);
      sys.file(std::string("devices/pci0000:00/0000:00:05.0/host") + host + "/scsi_host/host" +
                   host + "/eh_deadline",
               "off\n");
    }
    state_files.files["/etc/multipath.conf"] = "defaults {\n  eh_deadline 30\n}\n";
  }
  static std::string deadline(const std::string& host) {
    return "class/scsi_host/host" + host + "/eh_deadline";
  }
};

}  // namespace

TEST_CASE("a plan lists transport limits with their origin and writes nothing") {
  San world;
  const CommandRun run = run_multipath(world, {"plan"});
  CHECK(run.status == 0);
  CHECK(contains(run.out,
                 "        write: 30 to /sys/class/scsi_host/host1/eh_deadline "
                 "(/etc/multipath.conf:2 (defaults))\n"
                 "        write: 30 to /sys/class/scsi_host/host2/eh_deadline "));
  CHECK(world.sys_writer.journal.empty());
}

TEST_CASE("-d prints the transport limits on standard error") {
  San world;
  const CommandRun run = run_multipath(world, {"-d"});
  CHECK(contains(run.err, "write 30 to /sys/class/scsi_host/host1/eh_deadline"));
  CHECK_FALSE(contains(run.out, "eh_deadline"));
  CHECK(world.sys_writer.journal.empty());
}

TEST_CASE("a plan's JSON lists the writes") {
  San world;
  const Json action = Json::parse(run_multipath(world, {"plan", "--json"}).out)["actions"][0];
  CHECK(action["writes"].size() == 2);
  CHECK(action["writes"][0] == Json({{"file", "/sys/class/scsi_host/host1/eh_deadline"},
                                     {"value", "30"},
                                     {"origin", "/etc/multipath.conf:2 (defaults)"}}));
  CHECK(action["remarks"] == Json::array());
}

TEST_CASE("creating a map writes each shared file once") {
  San world;
  world.add_path("sdc", "1:0:1:1", 1);
  CHECK(run_multipath(world, {}).status == 0);
  CHECK(world.sys_writer.journal ==
        Lines{"30 > " + San::deadline("1"), "30 > " + San::deadline("2")});
}

TEST_CASE("unchanged values and correct maps are not written") {
  San world;
  world.sys.change(San::deadline("1"), "30\n");
  CHECK(run_multipath(world, {}).status == 0);
  CHECK(world.sys_writer.journal == Lines{"30 > " + San::deadline("2")});
  world.sys.change(San::deadline("2"), "off\n");
  CHECK(run_multipath(world, {}).status == 0);
  CHECK(world.sys_writer.journal.size() == 1);
}

TEST_CASE("a failed write is reported and has no other effect") {
  San world;
  world.sys_writer.refused[San::deadline("1")] = EINVAL;
  const CommandRun run = run_multipath(world, {});
  CHECK(run.status == 0);
  CHECK(contains(run.err, "cannot write 30 to /sys/class/scsi_host/host1/eh_deadline"));
  CHECK(world.device_mapper.find(unit));
  CHECK(world.sys_writer.journal == Lines{"30 > " + San::deadline("2")});
}

TEST_CASE("a failed write is a remark in JSON, not an error") {
  San world;
  world.sys_writer.refused[San::deadline("1")] = EINVAL;
  const Json action = Json::parse(run_multipath(world, {"apply", "--json"}).out)["actions"][0];
  CHECK(action["error"].is_null());
  CHECK(action["remarks"].size() == 1);
}

TEST_CASE("an unsupported limit is a note with its paths") {
  San world;
  world.state_files.files["/etc/multipath.conf"] = "defaults {\n  dev_loss_tmo 60\n}\n";
  const CommandRun run = run_multipath(world, {"plan"});
  CHECK(contains(run.out, "        note: sda, sdb: fast_io_fail_tmo and dev_loss_tmo ignored: "));
}
