#include <sys/stat.h>

#include <filesystem>
#include <system_error>
#include <utility>

#include <doctest/doctest.h>

#include "multipath/capture/captured_host.h"
#include "multipath/capture/recording_host.h"
#include "multipath/capture/scrub.h"
#include "multipath/discovery/discover.h"
#include "multipath/holders/graph.h"
#include "tests/support/fake_host.h"
#include "tests/support/immortal.h"
#include "tests/support/scratch.h"

using namespace multipath;

namespace {

/// The name of a directory that does not exist yet.
struct NewDirectory {
  tests::Scratch parent;
  std::string path() const { return parent.path("host"); }
};

struct World {
  tests::FakeHost fake;
  Configuration configuration = Configuration::load(std::vector<ConfigurationText>{}).value();

  World() {
    fake.add_path("sda", "1:0:0:0", 7);
    fake.add_path("sdb", "2:0:0:0", 7);
    tests::DiskState offline;
    offline.state = "offline";
    fake.add_path("sdc", "1:0:0:1", 8, offline);
    fake.device_mapper.put(dm::NewMap{
        "one", "mpath-test", {{0, 2048, "multipath", "0 0 1 1 service-time 0 1 1 8:0 1"}}});
    fake.show_maps();
  }
};

std::vector<Path> paths_of(Host& host, const Configuration& configuration) {
  DiscoveryOptions discovery_options{.configuration = configuration};
  return discover(host, configuration.hardware(), discovery_options, NeedDeviceMapper::no).paths;
}

}  // namespace

TEST_CASE("a captured host has the paths and maps of the original") {
  World world;
  auto live = world.fake.host();
  auto& recording = tests::immortal<RecordingHost>(live);
  const auto paths = paths_of(recording.host(), world.configuration);
  REQUIRE(paths.size() == 3);
  const NewDirectory directory;
  write_capture(recording.capture(), directory.path());
  auto& captured = tests::immortal<CapturedHost>(directory.path());
  CHECK(paths_of(captured.host(), world.configuration) == paths);
  CHECK(captured.missing().empty());
  const auto map = captured.host().device_mapper.table("one");
  REQUIRE(map);
  CHECK(*map == world.fake.device_mapper.table("one"));
}

TEST_CASE("an archive replays as the directory does, with or without a parent") {
  World world;
  auto live = world.fake.host();
  auto& recording = tests::immortal<RecordingHost>(live);
  const auto paths = paths_of(recording.host(), world.configuration);
  const Capture capture = recording.capture();
  Capture in_folder;
  for (const auto& [name, text] : capture.files) in_folder.files["host/" + name] = text;
  in_folder.files["other/sys.txt"] = "nonsense";
  for (const Capture* each : {&capture, &std::as_const(in_folder)}) {
    const NewDirectory directory;
    const std::string file = directory.path() + ".tar";
    write_capture(*each, file);
    CHECK_THROWS_AS(write_capture(*each, file), std::system_error);
    auto& captured = tests::immortal<CapturedHost>(file);
    CHECK(paths_of(captured.host(), world.configuration) == paths);
    CHECK(captured.missing().empty());
    std::filesystem::resize_file(file, 1000);
    CHECK_THROWS_WITH_AS(CapturedHost{file}, doctest::Contains("not a readable archive"),
                         std::runtime_error);
  }
}

TEST_CASE("links in a capture are not followed, and a FIFO does not block") {
  World world;
  auto live = world.fake.host();
  auto& recording = tests::immortal<RecordingHost>(live);
  const NewDirectory directory, elsewhere;
  write_capture(recording.capture(), directory.path());
  write_capture(recording.capture(), elsewhere.path());
  const std::string file = directory.path() + "/sys.txt";
  std::filesystem::remove(file);
  std::filesystem::create_symlink(elsewhere.path() + "/sys.txt", file);
  CHECK_THROWS_AS(CapturedHost(directory.path()), std::runtime_error);
  std::filesystem::remove(file);
  REQUIRE(mkfifo(file.c_str(), 0600) == 0);
  CHECK_THROWS_AS(CapturedHost(directory.path()), std::runtime_error);
  std::filesystem::remove(file);
  CHECK_NOTHROW(CapturedHost(directory.path()));
}

TEST_CASE("a query that was not recorded has no answer and is named") {
  World world;
  auto live = world.fake.host();
  auto& recording = tests::immortal<RecordingHost>(live);
  const NewDirectory directory;
  write_capture(recording.capture(), directory.path());
  CapturedHost captured(directory.path());
  CHECK_FALSE(captured.host().sys.read("class/block/sda/size"));
  CHECK_THROWS_AS(captured.host().scsi.open("sg9"), std::system_error);
  CHECK_FALSE(captured.host().udev.properties({8, 0}));
  CHECK(captured.missing() == std::vector<std::string>{"open sg9 for SCSI commands",
                                                       "read /sys/class/block/sda/size",
                                                       "udev's properties of 8:0"});
}

TEST_CASE("a change on a captured host is only recorded in its journal") {
  World world;
  auto live = world.fake.host();
  auto& recording = tests::immortal<RecordingHost>(live);
  const NewDirectory directory;
  write_capture(recording.capture(), directory.path());
  {
    CapturedHost captured(directory.path());
    auto batch = captured.host().device_mapper.begin_batch();
    captured.host().device_mapper.remove("one", *batch);
    CHECK_FALSE(captured.host().device_mapper.describe("one"));
    CHECK_FALSE(captured.journal().empty());
  }
  CHECK(CapturedHost(directory.path()).host().device_mapper.describe("one"));
}

TEST_CASE("a capture never overwrites a directory or leaves half of one") {
  const NewDirectory directory;
  Capture capture;
  capture.files["capture"] = "multipath capture 1\n";
  write_capture(capture, directory.path());
  CHECK_THROWS_AS(write_capture(capture, directory.path()), std::system_error);
  Capture bad;
  bad.files["a"] = "";
  bad.files["a/b"] = "";  // a is a file
  CHECK_THROWS_AS(write_capture(bad, directory.path() + "2"), std::system_error);
  CHECK_FALSE(std::filesystem::exists(directory.path() + "2"));
}

TEST_CASE("a directory that is not a capture is rejected with the reason") {
  CHECK_THROWS_WITH_AS(CapturedHost("/dev/null"),
                       "/dev/null: is neither a directory nor a tar archive", std::runtime_error);
  CHECK_THROWS_WITH_AS(CapturedHost("/dev"),
                       "/dev: is not a capture: the file \"capture\" is missing",
                       std::runtime_error);
  const NewDirectory directory;
  CHECK_THROWS_WITH_AS(CapturedHost(directory.path()), doctest::Contains("cannot open the capture"),
                       std::runtime_error);
  Capture other;
  other.files["capture"] = "multipath capture 99\n";
  write_capture(other, directory.path());
  CHECK_THROWS_WITH_AS(CapturedHost(directory.path()), doctest::Contains("this version"),
                       std::runtime_error);
}

TEST_CASE("an error in a capture is reported with file and line") {
  const NewDirectory directory;
  Capture capture;
  capture.files["capture"] = "multipath capture 1\n";
  capture.files["dm.txt"] = "driver = 4.0.0\nmap /\n";
  capture.files["sys.txt"] = "size = 1\nnonsense\n";
  write_capture(capture, directory.path());
  CHECK_THROWS_WITH_AS(CapturedHost(directory.path()), doctest::Contains("sys.txt:2:"),
                       std::runtime_error);
}

TEST_CASE("a scrubbed capture has no real WWID or serial; its paths coalesce") {
  World world;
  auto live = world.fake.host();
  auto& recording = tests::immortal<RecordingHost>(live);
  const auto paths = paths_of(recording.host(), world.configuration);
  Capture capture = recording.capture();
  capture.files["etc/multipath.conf"] = "# on storage7.example at 10.1.2.3\n";
  const Capture scrubbed = scrub(capture, 42, {"storage7.example"});
  REQUIRE(paths[0].wwid);
  const std::string identifier = paths[0].wwid->text().substr(1);
  for (const auto& [file, text] : scrubbed.files) {
    CAPTURE(file);
    CHECK(text.find(identifier) == std::string::npos);
    CHECK(text.find("storage7") == std::string::npos);
    CHECK(text.find("10.1.2.3") == std::string::npos);
  }
  const NewDirectory directory;
  write_capture(scrubbed, directory.path());
  auto& captured = tests::immortal<CapturedHost>(directory.path());
  const auto disguised = paths_of(captured.host(), world.configuration);
  REQUIRE(disguised.size() == 3);
  CHECK(captured.missing().empty());
  REQUIRE(disguised[0].wwid);
  CHECK(disguised[0].wwid != paths[0].wwid);
  CHECK(disguised[0].wwid == disguised[1].wwid);
  CHECK(disguised[0].wwid != disguised[2].wwid);
  CHECK(disguised[0].vendor == paths[0].vendor);
}

TEST_CASE("the same salt gives the same names, another salt other names") {
  World world;
  auto live = world.fake.host();
  auto& recording = tests::immortal<RecordingHost>(live);
  paths_of(recording.host(), world.configuration);
  const Capture capture = recording.capture();
  CHECK(scrub(capture, 1, {}) == scrub(capture, 1, {}));
  CHECK(scrub(capture, 1, {}) != scrub(capture, 2, {}));
}
