#include "multipath/host/memory/memory_device_mapper.h"

#include <cerrno>
#include <functional>
#include <string>
#include <system_error>

#include <doctest/doctest.h>

#include "multipath/model/multipath_status.h"
#include "multipath/model/multipath_table.h"

using dm::Access;
using dm::Fault;
using dm::Flush;
using dm::MemoryDeviceMapper;
using dm::Table;
using dm::UdevFlags;
using multipath::to_string;
using Lines = std::vector<std::string>;

namespace {

const char* const two_paths = "0 1 alua 1 1 service-time 0 2 1 8:0 1 8:16 1";

Table multipath_table(const std::string& parameters = two_paths, std::uint64_t length = 2048) {
  return {{.start = 0, .length = length, .type = "multipath", .parameters = parameters}};
}

dm::NewMap new_map(const std::string& name) {
  return {.name = name, .uuid = "mpath-3" + name, .table = multipath_table()};
}

int error_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const std::system_error& error) {
    return error.code().value();
  }
  return 0;
}

struct World {
  MemoryDeviceMapper mapper;
  std::unique_ptr<dm::UdevBatch> batch = mapper.begin_batch();
};

}  // namespace

TEST_CASE("a created map is listed and described with its table") {
  World world;
  world.mapper.create(new_map("mpatha"), UdevFlags{.skip_partitions = true}, *world.batch);
  const auto about = world.mapper.describe("mpatha");
  REQUIRE(about);
  CHECK(about->uuid == "mpath-3mpatha");
  CHECK(about->live_table);
  CHECK_FALSE(about->inactive_table);
  CHECK_FALSE(about->suspended);
  CHECK(about->target_count == 1);
  CHECK(world.mapper.describe(about->number) == about);
  CHECK(world.mapper.list() ==
        std::vector<dm::Device>{
            {.name = "mpatha", .number = about->number, .uuid = "mpath-3mpatha"}});
  CHECK(world.mapper.journal() == Lines{"create mpatha mpath-3mpatha rw skip_partitions: "
                                        "0 2048 multipath 0 1 alua 1 1 service-time 0 2 1 8:0 1 "
                                        "8:16 1"});
}

TEST_CASE("a multipath table is returned in the kernel's form") {
  World world;
  world.mapper.create(new_map("mpatha"), {}, *world.batch);
  CHECK(world.mapper.table("mpatha") ==
        multipath_table("0 1 alua 1 1 service-time 0 2 2 8:0 1 1 8:16 1 1 "));
  const auto status = world.mapper.status("mpatha");
  REQUIRE(status);
  CHECK(status->front().parameters == "2 1 0 0 1 1 E 0 2 2 8:0 A 0 0 1 8:16 A 0 0 1 ");
  CHECK(multipath::parse_multipath_status(status->front().parameters));
}

TEST_CASE("the status of every selector can be parsed") {
  for (const std::string selector :
       {"service-time", "queue-length", "round-robin", "historical-service-time"}) {
    CAPTURE(selector);
    World world;
    auto map = new_map("mpatha");
    map.table = multipath_table("0 0 2 1 " + selector + " 0 1 0 8:0 " + selector + " 0 1 0 8:16");
    world.mapper.create(map, {}, *world.batch);
    CHECK(multipath::parse_multipath_table(world.mapper.table("mpatha")->front().parameters));
    CHECK(multipath::parse_multipath_status(world.mapper.status("mpatha")->front().parameters));
  }
}

TEST_CASE("names and uuids are unique") {
  World world;
  world.mapper.create(new_map("mpatha"), {}, *world.batch);
  CHECK(error_of([&] { world.mapper.create(new_map("mpatha"), {}, *world.batch); }) == EBUSY);
  auto same_uuid = new_map("mpathb");
  same_uuid.uuid = "mpath-3mpatha";
  CHECK(error_of([&] { world.mapper.create(same_uuid, {}, *world.batch); }) == EBUSY);
  CHECK(world.mapper.list().size() == 1);
  CHECK(world.mapper.journal().back().ends_with(": Device or resource busy"));
}

TEST_CASE("an invalid table is not loaded, and a failed create leaves nothing") {
  const std::string bad[] = {
      "",
      "0 0 1 1",
      "0 0 1 2 service-time 0 1 1 8:0 1",
      "0 0 0 1",
      "1 queue_if_no_path 0 1 0 service-time 0 1 1 8:0 1",
      "1 no_such_feature 0 1 1 service-time 0 1 1 8:0 1",
      "1 pg_init_retries 0 1 1 service-time 0 1 1 8:0 1",
      "0 0 1 1 no-such-selector 0 1 1 8:0 1",
      "0 0 1 1 round-robin 0 1 2 8:0 1 1",
      "0 0 1 1 service-time 0 1 1 sda 1",
      "0 0 1 1 service-time 0 1 1 8:0 1 more",
  };
  World world;
  world.mapper.create(new_map("mpatha"), {}, *world.batch);
  for (const auto& parameters : bad) {
    CAPTURE(parameters);
    const auto table = multipath_table(parameters);
    CHECK(error_of([&] { world.mapper.load("mpatha", table, Access::read_write); }) == EINVAL);
    auto map = new_map("mpathb");
    map.table = table;
    CHECK(error_of([&] { world.mapper.create(map, {}, *world.batch); }) == EINVAL);
  }
  CHECK(world.mapper.list().size() == 1);
  CHECK_FALSE(world.mapper.describe("mpatha")->inactive_table);
}

TEST_CASE("a table must be complete, with known targets and multipath alone") {
  World world;
  world.mapper.create(new_map("mpatha"), {}, *world.batch);
  const dm::Target linear{.start = 0, .length = 8, .type = "linear", .parameters = "8:0 0"};
  auto second = linear;
  second.start = 9;
  auto multipath = multipath_table().front();
  multipath.start = 8;
  auto unknown = linear;
  unknown.type = "nonsense";
  const auto refused = [&](const Table& table) {
    return error_of([&] { world.mapper.load("mpatha", table, Access::read_write); }) == EINVAL;
  };
  CHECK(refused({}));
  CHECK(refused({linear, second}));
  CHECK(refused({linear, multipath}));
  CHECK(refused({unknown}));
  CHECK(refused({linear}));  // a live map stays request based
}

TEST_CASE("a loaded table becomes live by resume, with its access") {
  World world;
  world.mapper.create(new_map("mpatha"), {}, *world.batch);
  const auto three = multipath_table("0 1 alua 1 1 service-time 0 1 1 8:32 1", 4096);
  world.mapper.load("mpatha", three, Access::read_only);
  CHECK(world.mapper.describe("mpatha")->inactive_table);
  CHECK(world.mapper.dependencies("mpatha").size() == 2);
  CHECK_FALSE(world.mapper.describe("mpatha")->read_only);
  world.mapper.resume("mpatha", Flush::no, UdevFlags{.reload = true}, *world.batch);
  const auto about = world.mapper.describe("mpatha");
  CHECK_FALSE(about->inactive_table);
  CHECK(about->read_only);
  CHECK(world.mapper.dependencies("mpatha") ==
        std::vector<dm::DeviceNumber>{{.major = 8, .minor = 32}});
  CHECK(world.mapper.journal().back() == "resume mpatha noflush reload");
}

TEST_CASE("a cleared table is gone, and the live one stays") {
  World world;
  world.mapper.create(new_map("mpatha"), {}, *world.batch);
  const auto before = world.mapper.table("mpatha");
  world.mapper.load("mpatha", multipath_table("0 0 0 0"), Access::read_write);
  world.mapper.clear("mpatha");
  world.mapper.resume("mpatha", Flush::no, {}, *world.batch);
  CHECK(world.mapper.table("mpatha") == before);
}

TEST_CASE("an open map is not removed") {
  World world;
  world.mapper.create(new_map("mpatha"), {}, *world.batch);
  world.mapper.set_open_count("mpatha", 1);
  CHECK(error_of([&] { world.mapper.remove("mpatha", *world.batch); }) == EBUSY);
  world.mapper.set_open_count("mpatha", 0);
  world.mapper.remove("mpatha", *world.batch);
  CHECK(world.mapper.list().empty());
  CHECK(world.mapper.journal().size() == 3);
}

TEST_CASE("changing an unknown map fails, reading it returns nothing") {
  World world;
  auto& mapper = world.mapper;
  CHECK_FALSE(mapper.describe("ghost"));
  CHECK_FALSE(mapper.describe(dm::DeviceNumber{.major = 253, .minor = 9}));
  CHECK_FALSE(mapper.table("ghost"));
  CHECK_FALSE(mapper.status("ghost"));
  CHECK(mapper.dependencies("ghost").empty());
  CHECK(mapper.journal().empty());
  CHECK(error_of([&] { mapper.load("ghost", multipath_table(), Access::read_write); }) == ENXIO);
  CHECK(error_of([&] { mapper.clear("ghost"); }) == ENXIO);
  CHECK(error_of([&] { mapper.suspend("ghost", Flush::no); }) == ENXIO);
  CHECK(error_of([&] { mapper.resume("ghost", Flush::no, {}, *world.batch); }) == ENXIO);
  CHECK(error_of([&] { mapper.rename("ghost", "other", {}, *world.batch); }) == ENXIO);
  CHECK(error_of([&] { mapper.remove("ghost", *world.batch); }) == ENXIO);
  CHECK(error_of([&] { mapper.message("ghost", 0, "fail_if_no_path"); }) == ENXIO);
  CHECK(mapper.journal().size() == 7);
}

TEST_CASE("a map can be renamed to a free name") {
  World world;
  world.mapper.create(new_map("mpatha"), {}, *world.batch);
  world.mapper.create(new_map("mpathb"), {}, *world.batch);
  const auto number = world.mapper.describe("mpatha")->number;
  CHECK(error_of([&] { world.mapper.rename("mpatha", "mpathb", {}, *world.batch); }) == EBUSY);
  CHECK(error_of([&] { world.mapper.rename("mpatha", "a/b", {}, *world.batch); }) == EINVAL);
  CHECK(error_of([&] { world.mapper.rename("mpatha", std::string(128, 'x'), {}, *world.batch); }) ==
        ENAMETOOLONG);
  world.mapper.rename("mpatha", "data", {}, *world.batch);
  CHECK(world.mapper.describe("data")->number == number);
  CHECK(world.mapper.describe("data")->name == "data");
  CHECK_FALSE(world.mapper.describe("mpatha"));
}

TEST_CASE("queueing is switched in the live table by message") {
  World world;
  world.mapper.create(new_map("mpatha"), {}, *world.batch);
  world.mapper.message("mpatha", 0, "queue_if_no_path");
  CHECK(world.mapper.table("mpatha")->front().parameters.starts_with("1 queue_if_no_path 1 alua"));
  world.mapper.message("mpatha", 0, "queue_if_no_path");
  CHECK(world.mapper.table("mpatha")->front().parameters.starts_with("1 queue_if_no_path 1 alua"));
  world.mapper.message("mpatha", 0, "fail_if_no_path");
  CHECK(world.mapper.table("mpatha")->front().parameters.starts_with("0 1 alua"));
  CHECK(world.mapper.journal().back() == "message mpatha 0 fail_if_no_path");
}

TEST_CASE("paths fail and come back, groups are disabled and switched to by message") {
  World world;
  auto map = new_map("mpatha");
  map.table = multipath_table("0 0 2 1 service-time 0 1 1 8:0 1 service-time 0 1 1 8:16 1");
  world.mapper.create(map, {}, *world.batch);
  const auto status = [&] { return world.mapper.status("mpatha")->front().parameters; };
  world.mapper.message("mpatha", 0, "fail_path 8:0");
  CHECK(status() == "2 1 0 0 2 1 E 0 1 2 8:0 F 1 0 1 E 0 1 2 8:16 A 0 0 1 ");
  world.mapper.message("mpatha", 0, "reinstate_path 8:0");
  world.mapper.message("mpatha", 0, "disable_group 1");
  CHECK(status() == "2 1 0 0 2 1 D 0 1 2 8:0 A 1 0 1 E 0 1 2 8:16 A 0 0 1 ");
  world.mapper.message("mpatha", 0, "switch_group 2");
  CHECK(status() == "2 1 0 0 2 2 E 0 1 2 8:0 A 1 0 1 E 0 1 2 8:16 A 0 0 1 ");
}

TEST_CASE("unknown messages are rejected") {
  World world;
  world.mapper.create(new_map("mpatha"), {}, *world.batch);
  for (const std::string text :
       {"", "nonsense", "nonsense 1", "fail_path", "fail_path 8:1", "fail_path sda",
        "switch_group 0", "switch_group 2", "disable_group x", "enable_group -1"}) {
    CAPTURE(text);
    CHECK(error_of([&] { world.mapper.message("mpatha", 0, text); }) == EINVAL);
  }
  CHECK(error_of([&] { world.mapper.message("mpatha", 2048, "fail_if_no_path"); }) == EINVAL);
  world.mapper.suspend("mpatha", Flush::yes);
  CHECK(error_of([&] { world.mapper.message("mpatha", 0, "fail_if_no_path"); }) == EBUSY);
}

TEST_CASE("the journal distinguishes flushing suspends") {
  World world;
  world.mapper.create(new_map("mpatha"), {}, *world.batch);
  world.mapper.suspend("mpatha", Flush::yes);
  CHECK(world.mapper.describe("mpatha")->suspended);
  world.mapper.resume("mpatha", Flush::no, {}, *world.batch);
  CHECK_FALSE(world.mapper.describe("mpatha")->suspended);
  world.mapper.suspend("mpatha", Flush::no);
  const auto& lines = world.mapper.journal();
  CHECK(lines[1] == "suspend mpatha flush");
  CHECK(lines[2] == "resume mpatha noflush");
  CHECK(lines[3] == "suspend mpatha noflush");
}

TEST_CASE("a batch waits once, or not at all without events") {
  MemoryDeviceMapper mapper;
  {
    const auto batch = mapper.begin_batch();
    mapper.create(new_map("mpatha"), {}, *batch);
    mapper.create(new_map("mpathb"), {}, *batch);
    mapper.resume("mpatha", Flush::no, {}, *batch);  // runs already: no event
  }
  CHECK(mapper.journal().back() == "wait for 2 udev events");
  const auto lines = mapper.journal().size();
  mapper.begin_batch()->wait();
  CHECK(mapper.journal().size() == lines);
}

TEST_CASE("an injected fault fails one call with its error") {
  World world;
  world.mapper.create(new_map("mpatha"), {}, *world.batch);
  world.mapper.create(new_map("mpathb"), {}, *world.batch);
  world.mapper.inject({.verb = "load", .map = "mpathb", .error = ENOMEM, .call = 2});
  const auto load = [&](const std::string& name) {
    return error_of([&] { world.mapper.load(name, multipath_table(), Access::read_write); });
  };
  CHECK(load("mpatha") == 0);
  CHECK(load("mpathb") == 0);
  CHECK(load("mpatha") == 0);
  CHECK(load("mpathb") == ENOMEM);
  CHECK(load("mpathb") == 0);
  CHECK(world.mapper.journal()[5].ends_with("8:16 1: Cannot allocate memory"));
}

TEST_CASE("faults can be injected into reading and waiting") {
  World world;
  world.mapper.create(new_map("mpatha"), {}, *world.batch);
  world.mapper.inject({.verb = "list", .error = EACCES});
  world.mapper.inject({.verb = "table", .map = "mpatha", .error = EINVAL});
  world.mapper.inject({.verb = "wait", .error = ETIMEDOUT});
  CHECK(error_of([&] { world.mapper.list(); }) == EACCES);
  CHECK(error_of([&] { world.mapper.table("mpatha"); }) == EINVAL);
  CHECK(error_of([&] { world.batch->wait(); }) == ETIMEDOUT);
  CHECK_FALSE(world.mapper.list().empty());
}

TEST_CASE("errors name the operation and the map") {
  World world;
  CHECK_THROWS_WITH_AS(world.mapper.load("ghost", multipath_table(), Access::read_write),
                       "cannot reload map ghost: No such device or address", std::system_error);
}

TEST_CASE("a captured map keeps its status until it changes") {
  World world;
  dm::MemoryMap map;
  map.name = "mpatha";
  map.live = multipath_table();
  map.status = Table{{.start = 0,
                      .length = 2048,
                      .type = "multipath",
                      .parameters = "2 0 0 0 1 1 A 0 2 2 8:0 F 3 0 1 8:16 A 0 7 1 "}};
  world.mapper.put(map);
  CHECK(world.mapper.status("mpatha") == map.status);
  world.mapper.message("mpatha", 0, "fail_path 8:16");
  CHECK(world.mapper.status("mpatha")->front().parameters ==
        "2 0 0 0 1 1 A 0 2 2 8:0 F 3 0 1 8:16 F 1 0 1 ");
}

TEST_CASE("an unparsable captured table is returned unchanged") {
  World world;
  dm::MemoryMap map;
  map.name = "odd";
  map.live = multipath_table("3 features of tomorrow");
  world.mapper.put(map);
  CHECK(world.mapper.table("odd") == map.live);
  CHECK(error_of([&] { world.mapper.message("odd", 0, "fail_if_no_path"); }) == EINVAL);
}

TEST_CASE("a copied world changes independently") {
  World world;
  world.mapper.create(new_map("mpatha"), {}, *world.batch);
  world.mapper.set_open_count("mpatha", 2);
  MemoryDeviceMapper copy;
  copy.put_copy_of(world.mapper);
  CHECK(copy.describe("mpatha") == world.mapper.describe("mpatha"));
  CHECK(copy.table("mpatha") == world.mapper.table("mpatha"));
  CHECK(copy.status("mpatha") == world.mapper.status("mpatha"));
  copy.message("mpatha", 0, "queue_if_no_path");
  CHECK(copy.table("mpatha") != world.mapper.table("mpatha"));
}

TEST_CASE("a resume that fails half-way leaves the map suspended with its old table") {
  World world;
  world.mapper.put(new_map("mpatha"));
  world.mapper.load("mpatha", multipath_table(two_paths, 4096), Access::read_write);
  world.mapper.inject({.verb = "resume", .map = "mpatha", .error = EIO, .suspends = true});
  CHECK(error_of([&] { world.mapper.resume("mpatha", Flush::no, {}, *world.batch); }) == EIO);
  const auto about = world.mapper.describe("mpatha");
  CHECK(about->suspended);
  CHECK(about->live_table);
  CHECK_FALSE(about->inactive_table);
  world.mapper.resume("mpatha", Flush::no, {}, *world.batch);
  CHECK_FALSE(world.mapper.describe("mpatha")->suspended);
  CHECK(world.mapper.table("mpatha")->front().length == 2048);
}

TEST_CASE("a map is open while a live table uses it") {
  MemoryDeviceMapper world;
  world.put({.name = "a", .uuid = "mpath-3a", .table = multipath_table()});
  const auto number = to_string(world.find("a")->number);
  const auto batch = world.begin_batch();
  const auto partition = [&](const std::string& below) {
    return Table{{.start = 0, .length = 8, .type = "linear", .parameters = below + " 0"}};
  };
  world.create({.name = "a-part1", .uuid = "part1-mpath-3a", .table = partition(number)}, {},
               *batch);
  CHECK(world.find("a")->open_count == 1);
  CHECK(error_of([&] { world.remove("a", *batch); }) == EBUSY);

  world.load("a-part1", partition("8:0"), Access::read_write);
  CHECK(world.find("a")->open_count == 1);
  world.resume("a-part1", Flush::no, {}, *batch);
  CHECK(world.find("a")->open_count == 0);
  world.load("a-part1", partition(number), Access::read_write);
  world.resume("a-part1", Flush::no, {}, *batch);

  world.rename("a", "b", {}, *batch);
  world.remove("a-part1", *batch);
  CHECK(world.find("b")->open_count == 0);
  CHECK(error_of([&] { world.remove("b", *batch); }) == 0);
}

TEST_CASE("the number and the uuid of a removed map are free again") {
  MemoryDeviceMapper world;
  const auto batch = world.begin_batch();
  for (const char* name : {"a", "b", "c"}) world.create(new_map(name), {}, *batch);
  const auto freed = world.find("b")->number;
  world.remove("b", *batch);
  CHECK_FALSE(world.describe(freed));
  world.create(new_map("b"), {}, *batch);
  CHECK(world.find("b")->number == freed);
  CHECK(world.describe(freed)->name == "b");
}
