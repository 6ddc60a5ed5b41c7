#include <algorithm>
#include <cerrno>

#include <doctest/doctest.h>

#include "multipath/host/current_maps.h"
#include "multipath/host/memory/memory_clock.h"
#include "multipath/host/memory/memory_device_mapper.h"
#include "multipath/planning/apply_flush.h"
#include "tests/support/contains.h"
#include "tests/support/sample_paths.h"

using namespace multipath;
using dm::MemoryDeviceMapper;
using tests::contains;
using Lines = std::vector<std::string>;

namespace {

constexpr RemovalRetries no_patience{0, std::chrono::milliseconds(0)};
constexpr RemovalRetries patience{5, std::chrono::milliseconds(0)};

/// "mpatha" with queueing, and so many partition maps on it.
void put_map(MemoryDeviceMapper& mapper, int partitions = 0) {
  mapper.put({"mpatha",
              "mpath-3600",
              {{0, 2048, "multipath", "1 queue_if_no_path 0 1 1 service-time 0 1 1 8:0 1"}},
              dm::Access::read_write});
  for (int number = 1; number <= partitions; ++number) {
    const std::string text = std::to_string(number);
    mapper.put({"mpatha-part" + text,
                "part" + text + "-mpath-3600",
                {{0, 8, "linear", "253:0 " + text}},
                dm::Access::read_write});
  }
  mapper.set_open_count("mpatha", partitions);
}

FlushPlan planned(MemoryDeviceMapper& mapper) {
  std::vector<Finding> findings;
  std::vector<StackedDevice> devices;
  for (const dm::Description& device : read_all_devices(mapper, findings))
    devices.push_back({device.name, device.uuid, device.open_count});
  return plan_flush(tests::current_map(mapper, "mpatha"), devices);
}

/// The kernel's open count follows what stands on the map; the in-memory world is told.
FlushOutcome flush(MemoryDeviceMapper& mapper, const RemovalRetries& with) {
  const FlushPlan plan = planned(mapper);
  mapper.set_open_count("mpatha", 0);
  const auto batch = mapper.begin_batch();
  MemoryClock clock;
  FlushOutcome outcome = apply_flush(plan, mapper, *batch, clock, with);
  batch->wait();
  return outcome;
}

/// Nothing in the journal but what flushing may do.
bool only_removes(const Lines& journal) {
  return std::ranges::all_of(journal, [](const std::string& line) {
    return line.starts_with("remove ") || line.starts_with("create ") || line.starts_with("wait ");
  });
}

}  // namespace

TEST_CASE("a map that nothing uses can be flushed") {
  MemoryDeviceMapper mapper;
  put_map(mapper);
  const FlushPlan plan = planned(mapper);
  CHECK(plan.busy.empty());
  CHECK(plan.partition_maps.empty());
}

TEST_CASE("partition maps are removed by a flush, in natural order") {
  MemoryDeviceMapper mapper;
  put_map(mapper, 11);
  const FlushPlan plan = planned(mapper);
  CHECK(plan.busy.empty());
  REQUIRE(plan.partition_maps.size() == 11);
  CHECK(plan.partition_maps[1] == "mpatha-part2");
  CHECK(plan.partition_maps[10] == "mpatha-part11");
}

TEST_CASE("other openers make a map busy and are counted") {
  MemoryDeviceMapper mapper;
  put_map(mapper, 2);
  mapper.set_open_count("mpatha", 3);
  CHECK(planned(mapper).busy == "open 1 time");
  mapper.set_open_count("mpatha", 4);
  CHECK(planned(mapper).busy == "open 2 times");
}

TEST_CASE("an open partition map makes its map busy") {
  MemoryDeviceMapper mapper;
  put_map(mapper, 2);
  mapper.set_open_count("mpatha-part2", 1);
  CHECK(planned(mapper).busy == "partition map mpatha-part2 is open 1 time");
}

TEST_CASE("partition maps of other maps are ignored") {
  MemoryDeviceMapper mapper;
  put_map(mapper);
  mapper.put(
      {"mpathb-part1", "part1-mpath-36001", {{0, 8, "linear", "253:9 0"}}, dm::Access::read_write});
  CHECK(planned(mapper).partition_maps.empty());
}

TEST_CASE("a busy map is not touched") {
  MemoryDeviceMapper mapper;
  put_map(mapper, 1);
  mapper.set_open_count("mpatha", 2);
  const auto batch = mapper.begin_batch();
  MemoryClock clock;
  const FlushOutcome outcome = apply_flush(planned(mapper), mapper, *batch, clock, patience);
  CHECK(outcome.result == FlushResult::busy);
  CHECK(outcome.error == "open 1 time");
  CHECK(mapper.journal().empty());
}

TEST_CASE("a flush removes partition maps, then the map, without suspending") {
  MemoryDeviceMapper mapper;
  put_map(mapper, 2);
  const FlushOutcome outcome = flush(mapper, no_patience);
  CHECK(outcome.result == FlushResult::flushed);
  CHECK(outcome.map == "mpatha");
  CHECK(outcome.error.empty());
  CHECK(mapper.journal() == Lines{"remove mpatha-part1", "remove mpatha-part2", "remove mpatha",
                                  "wait for 3 udev events"});
}

TEST_CASE("a short-lived opener is waited for") {
  MemoryDeviceMapper mapper;
  put_map(mapper);
  for (const unsigned call : {1U, 2U})
    mapper.inject({.verb = "remove", .map = "mpatha", .error = EBUSY, .call = call});
  CHECK(flush(mapper, patience).result == FlushResult::flushed);
  CHECK(std::ranges::count_if(mapper.journal(), [](const std::string& line) {
          return line.starts_with("remove mpatha");
        }) == 3);
  CHECK(only_removes(mapper.journal()));
}

TEST_CASE("after the retries the map is busy and works as before") {
  MemoryDeviceMapper mapper;
  put_map(mapper);
  const auto before = *mapper.find("mpatha");
  for (unsigned call = 1; call <= 10; ++call)
    mapper.inject({.verb = "remove", .map = "mpatha", .error = EBUSY, .call = call});
  const FlushOutcome outcome = flush(mapper, patience);
  CHECK(outcome.result == FlushResult::busy);
  CHECK(contains(outcome.error, "remove map mpatha"));
  CHECK(mapper.journal().size() == 6);
  CHECK(only_removes(mapper.journal()));
  CHECK(*mapper.find("mpatha") == before);
}

TEST_CASE("partition maps are restored if the map cannot be removed") {
  MemoryDeviceMapper mapper;
  put_map(mapper, 2);
  auto read_only = *mapper.find("mpatha-part2");
  read_only.live_access = dm::Access::read_only;
  mapper.put(read_only);
  mapper.inject({.verb = "remove", .map = "mpatha", .error = EBUSY});
  const FlushOutcome outcome = flush(mapper, no_patience);
  CHECK(outcome.result == FlushResult::busy);
  for (const char* name : {"mpatha-part1", "mpatha-part2"}) {
    REQUIRE(mapper.find(name));
    CHECK(mapper.find(name)->live->front().type == "linear");
  }
  CHECK(mapper.find("mpatha-part1")->uuid == "part1-mpath-3600");
  CHECK(mapper.find("mpatha-part1")->live_access == dm::Access::read_write);
  CHECK(mapper.find("mpatha-part2")->live_access == dm::Access::read_only);
  CHECK(only_removes(mapper.journal()));
}

TEST_CASE("a stuck partition map keeps the others and the map") {
  MemoryDeviceMapper mapper;
  put_map(mapper, 3);
  mapper.inject({.verb = "remove", .map = "mpatha-part2", .error = EBUSY});
  CHECK(flush(mapper, no_patience).result == FlushResult::busy);
  for (const char* name : {"mpatha", "mpatha-part1", "mpatha-part2", "mpatha-part3"})
    CHECK(mapper.find(name));
  CHECK(std::ranges::count(mapper.journal(), "remove mpatha") == 0);
}

TEST_CASE("a partition map that cannot be restored is reported with the cause") {
  MemoryDeviceMapper mapper;
  put_map(mapper, 1);
  mapper.inject({.verb = "remove", .map = "mpatha", .error = EBUSY});
  mapper.inject({.verb = "create", .map = "mpatha-part1", .error = ENOMEM});
  const std::string error = flush(mapper, no_patience).error;
  CHECK(contains(error, "remove map mpatha"));
  CHECK(contains(error, "; partition map mpatha-part1 could not be recreated: "));
}

TEST_CASE("a map that vanished by itself counts as flushed") {
  MemoryDeviceMapper mapper;
  put_map(mapper, 1);
  const FlushPlan plan = planned(mapper);
  const auto batch = mapper.begin_batch();
  MemoryClock clock;
  mapper.remove("mpatha-part1", *batch);
  mapper.set_open_count("mpatha", 0);
  mapper.remove("mpatha", *batch);
  CHECK(apply_flush(plan, mapper, *batch, clock, no_patience).result == FlushResult::flushed);
}

TEST_CASE("a map renamed meanwhile is not gone; its partition maps are restored") {
  MemoryDeviceMapper mapper;
  put_map(mapper, 1);
  const FlushPlan plan = planned(mapper);
  const auto batch = mapper.begin_batch();
  MemoryClock clock;
  mapper.set_open_count("mpatha", 0);
  mapper.rename("mpatha", "elsewhere", {}, *batch);
  const FlushOutcome outcome = apply_flush(plan, mapper, *batch, clock, no_patience);
  CHECK(outcome.result == FlushResult::busy);
  CHECK(contains(outcome.error, "map mpatha was not removed but renamed to elsewhere"));
  CHECK(mapper.describe("mpatha-part1"));
}

TEST_CASE("a map that cannot be queried is not known to be gone") {
  MemoryDeviceMapper mapper;
  put_map(mapper);
  const FlushPlan plan = planned(mapper);
  const auto batch = mapper.begin_batch();
  MemoryClock clock;
  mapper.inject({.verb = "remove", .map = "mpatha", .error = ENXIO});
  mapper.inject({.verb = "describe", .map = "mpatha", .error = EIO});
  CHECK(apply_flush(plan, mapper, *batch, clock, no_patience).result == FlushResult::failed);
}

TEST_CASE("any error but busy fails at once") {
  MemoryDeviceMapper mapper;
  put_map(mapper);
  mapper.inject({.verb = "remove", .map = "mpatha", .error = EPERM});
  const FlushOutcome outcome = flush(mapper, patience);
  CHECK(outcome.result == FlushResult::failed);
  CHECK(contains(outcome.error, "Operation not permitted"));
  CHECK(mapper.journal().size() == 1);
}

TEST_CASE("a partition map that cannot be read is not removed") {
  MemoryDeviceMapper mapper;
  put_map(mapper, 1);
  const FlushPlan plan = planned(mapper);
  mapper.inject({.verb = "table", .map = "mpatha-part1", .error = EIO});
  const auto batch = mapper.begin_batch();
  MemoryClock clock;
  CHECK(apply_flush(plan, mapper, *batch, clock, no_patience).result == FlushResult::failed);
  CHECK(mapper.journal().empty());
}

TEST_CASE("a suspended map is flushed without resuming it") {
  MemoryDeviceMapper mapper;
  put_map(mapper);
  auto map = *mapper.find("mpatha");
  map.suspended = true;
  mapper.put(map);
  CHECK(flush(mapper, no_patience).result == FlushResult::flushed);
  CHECK(only_removes(mapper.journal()));
}

TEST_CASE("every result of a flush has a name") {
  CHECK(to_string(FlushResult::flushed) == "flushed");
  CHECK(to_string(FlushResult::busy) == "busy");
  CHECK(to_string(FlushResult::failed) == "failed");
}
