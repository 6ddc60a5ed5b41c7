/// device_mapper_check PATH PATH [COUNT]: the libdevmapper adapter on a real kernel. PATH is the
/// MAJOR:MINOR of a SCSI disk with an attached alua handler, two of the same logical unit; COUNT is
/// for how many maps one udev cookie is tried (32).
///
/// device_mapper_check --unanswered PATH: what happens when udev never answers.
///
/// Prints "ok NAME" and "not ok NAME" lines. The in-memory device-mapper is made to do the same as
/// the kernel, step by step, and has to give the same answers.

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <fstream>
#include <functional>
#include <string>
#include <system_error>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "multipath/host/live/dm_ioctl_reader.h"
#include "multipath/host/live/libdm_device_mapper.h"
#include "multipath/host/live/live_udev.h"
#include "multipath/host/memory/memory_device_mapper.h"

namespace {

using dm::Access;
using dm::DeviceMapper;
using dm::Flush;
using dm::Table;
using Lines = std::vector<std::string>;

int failures = 0;

void check(const std::string& name, bool good) {
  fmt::print("{} {}\n", good ? "ok" : "not ok", name);
  failures += good ? 0 : 1;
}

std::string error_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const std::system_error& error) {
    return fmt::format("{} {}", error.code().value(), error.what());
  }
  return "done";
}

Table multipath_table(const std::string& parameters) {
  return {{.start = 0, .length = 2048, .type = "multipath", .parameters = parameters}};
}

Table linear_table(const std::string& path) {
  return {{.start = 0, .length = 8, .type = "linear", .parameters = path + " 0"}};
}

bool node_exists(const std::string& name) {
  struct stat status{};
  return ::lstat(("/dev/mapper/" + name).c_str(), &status) == 0;
}

std::string access_of(const std::string& name) {
  struct stat status{};
  if (::stat(("/dev/mapper/" + name).c_str(), &status) != 0) return "no node";
  return fmt::format("{:04o} {} {}", status.st_mode & 07777U, status.st_uid, status.st_gid);
}

/// System V semaphores of udev cookies: their keys begin with 0xD4D (libdevmapper's
/// DM_COOKIE_MAGIC).
unsigned cookies() {
  std::ifstream list("/proc/sysvipc/sem");
  std::string line;
  unsigned count = 0;
  while (std::getline(list, line)) {
    const auto key = static_cast<std::uint32_t>(std::strtoll(line.c_str(), nullptr, 10));
    if (key >> 16 == 0x0D4D) ++count;
  }
  return count;
}

// --- the same steps in the kernel and in memory ------------------------------------------------

std::string to_text(const std::optional<Table>& table) {
  if (!table) return "none";
  std::string text;
  for (const auto& target : *table)
    text +=
        fmt::format("[{} {} {} {}]", target.start, target.length, target.type, target.parameters);
  return text;
}

std::string to_text(const std::optional<dm::Description>& about, bool undisturbed) {
  if (!about) return "none";
  auto text = fmt::format("{} {} targets={} suspended={} live={} inactive={} ro={}", about->name,
                          about->uuid, about->target_count, about->suspended, about->live_table,
                          about->inactive_table, about->read_only);
  return undisturbed ? text + fmt::format(" open={}", about->open_count) : text;
}

class Play {
 public:
  /// `undisturbed`: no udevd opens the map and does I/O, which changes which group is in use.
  Play(DeviceMapper& mapper, std::string first, std::string second, bool undisturbed)
      : mapper_(mapper),
        first_(std::move(first)),
        second_(std::move(second)),
        undisturbed_(undisturbed) {}

  Lines run() {
    look("ghost");
    const auto two = fmt::format("0 1 alua 2 1 service-time 0 1 1 {} 1 service-time 0 1 1 {} 1",
                                 first_, second_);
    step("create", [&] {
      mapper_.create({.name = "check a", .uuid = "mpath-check", .table = multipath_table(two)},
                     {.skip_partitions = true}, *batch_);
    });
    look("check a");
    step("create again", [&] {
      mapper_.create({.name = "check a", .uuid = "other", .table = multipath_table(two)}, {},
                     *batch_);
    });
    step("same uuid", [&] {
      mapper_.create({.name = "check b", .uuid = "mpath-check", .table = multipath_table(two)}, {},
                     *batch_);
    });
    step("bad table", [&] {
      mapper_.create({.name = "check b", .uuid = "b", .table = multipath_table("0 0 1 1")}, {},
                     *batch_);
    });
    look("check b");
    reload(two);
    messages();
    step("suspend", [&] { mapper_.suspend("check a", Flush::no); });
    look("check a");
    step("message", [&] { mapper_.message("check a", 0, "fail_if_no_path"); });
    step("resume", [&] { mapper_.resume("check a", Flush::no, {}, *batch_); });
    look("check a");
    step("rename", [&] { mapper_.rename("check a", "check c", {}, *batch_); });
    step("rename", [&] { mapper_.rename("check a", "check d", {}, *batch_); });
    step("rename", [&] { mapper_.rename("check c", "check c", {}, *batch_); });
    step("rename", [&] { mapper_.rename("check c", "a/b", {}, *batch_); });
    look("check a");
    look("check c");
    if (!undisturbed_) multipath::LiveUdev().settle(std::chrono::seconds(20));
    step("remove", [&] { mapper_.remove("check c", *batch_); });
    step("remove", [&] { mapper_.remove("check c", *batch_); });
    step("suspend", [&] { mapper_.suspend("check c", Flush::no); });
    step("load", [&] { mapper_.load("check c", multipath_table(two), Access::read_write); });
    step("clear", [&] { mapper_.clear("check c"); });
    step("resume", [&] { mapper_.resume("check c", Flush::no, {}, *batch_); });
    step("message", [&] { mapper_.message("check c", 0, "fail_if_no_path"); });
    return std::move(lines_);
  }

 private:
  void reload(const std::string& two) {
    const auto one = fmt::format("1 queue_if_no_path 1 alua 1 1 round-robin 0 1 0 {}", first_);
    step("load", [&] { mapper_.load("check a", multipath_table(one), Access::read_only); });
    look("check a");
    step("clear", [&] { mapper_.clear("check a"); });
    look("check a");
    step("load", [&] { mapper_.load("check a", multipath_table(one), Access::read_only); });
    step("resume", [&] { mapper_.resume("check a", Flush::no, {.reload = true}, *batch_); });
    look("check a");
    for (const auto& bad :
         {Table{}, multipath_table("0 0 1 0 service-time 0 1 1 8:0 1"), linear_table(first_)})
      step("bad load", [&] { mapper_.load("check a", bad, Access::read_write); });
    look("check a");
    step("load", [&] { mapper_.load("check a", multipath_table(two), Access::read_write); });
    step("resume", [&] { mapper_.resume("check a", Flush::no, {.reload = true}, *batch_); });
    look("check a");
  }

  void messages() {
    const Lines texts{"queue_if_no_path",         "fail_if_no_path",     "nonsense",
                      "fail_path " + first_,      "fail_path " + first_, "fail_path 1:1",
                      "reinstate_path " + first_, "disable_group 2",     "enable_group 2",
                      "disable_group 3",          "queue_if_no_path"};
    for (const auto& text : texts) {
      step(text, [&] { mapper_.message("check a", 0, text); });
      look("check a");
    }
  }

  void step(const std::string& what, const std::function<void()>& action) {
    lines_.push_back(what + ": " + error_of(action));
    batch_->wait();
  }

  void look(const std::string& name) {
    lines_.push_back("  " + to_text(mapper_.describe(name), undisturbed_));
    lines_.push_back("  table " + to_text(mapper_.table(name)));
    if (undisturbed_) lines_.push_back("  status " + to_text(mapper_.status(name)));
    auto numbers = mapper_.dependencies(name);
    std::sort(numbers.begin(), numbers.end());
    std::string text = "  on";
    for (const auto number : numbers) text += ' ' + to_string(number);
    lines_.push_back(text);
  }

  DeviceMapper& mapper_;
  std::unique_ptr<dm::UdevBatch> batch_ = mapper_.begin_batch();
  std::string first_, second_;
  bool undisturbed_;
  Lines lines_;
};

void compare_with_memory(DeviceMapper& live, const std::string& first, const std::string& second,
                         bool udevd) {
  dm::MemoryDeviceMapper memory;
  const auto kernel_said = Play(live, first, second, !udevd).run();
  const auto memory_said = Play(memory, first, second, !udevd).run();
  std::size_t different = 0;
  for (std::size_t i = 0; i < kernel_said.size(); ++i) {
    if (kernel_said[i] == memory_said[i]) continue;
    ++different;
    fmt::print("  line {}, kernel: {}\n  line {}, memory: {}\n", i, kernel_said[i], i,
               memory_said[i]);
  }
  check(fmt::format("the in-memory world answers as the kernel does, {} times", kernel_said.size()),
        different == 0);
}

// --- what only a kernel and a udevd can show ---------------------------------------------------

void check_reading(DeviceMapper& mapper) {
  check("the driver has a version", mapper.driver_version() >= dm::Version{4, 0, 0});
  check("the multipath target has a version", mapper.target_version("multipath").has_value());
  check("a target that is not there has none", !mapper.target_version("nosuchtarget"));
  check("a disk is no map", !mapper.describe(dm::DeviceNumber{.major = 8, .minor = 0}));
  check("a free number is no map", !mapper.describe(dm::DeviceNumber{.major = 253, .minor = 999}));
}

/// A name without a map, a map in each state, and a table larger than the reader's first buffer.
void check_reader(DeviceMapper& mapper, const std::string& path) {
  dm::IoctlReader reader;
  const auto agree = [&](const std::string& what, const std::string& name) {
    const auto about = mapper.describe(name);
    check("the reader of multipath_id agrees: " + what,
          reader.describe(name) == about && reader.table(name) == mapper.table(name) &&
              reader.status(name) == mapper.status(name) &&
              (!about || reader.describe(about->number) == about));
  };
  agree("no map", "reader");
  agree("no name of a map", "a/b");
  const auto batch = mapper.begin_batch();
  Table large;
  for (std::uint64_t sector = 0; sector < 1000; ++sector)
    large.push_back({.start = sector, .length = 1, .type = "linear", .parameters = path + " 0"});
  const std::string name = "rea\\x20der \xc3\xa4";
  mapper.create({.name = name, .uuid = "check-reader", .table = large}, {}, *batch);
  batch->wait();
  agree("1000 targets", name);
  check("the reader's table is whole", reader.table(name) == large);
  mapper.load(name, linear_table(path), Access::read_only);
  agree("an inactive table", name);
  mapper.suspend(name, Flush::no);
  agree("suspended", name);
  mapper.resume(name, Flush::no, {}, *batch);
  batch->wait();
  agree("read-only", name);
  mapper.remove(name, *batch);
  batch->wait();
  agree("removed", name);
  check("the reader finds no map by a disk's number",
        !reader.describe(dm::DeviceNumber{.major = 8, .minor = 0}) &&
            !reader.describe(dm::DeviceNumber{.major = 0, .minor = 0}));
  check("the reader changes nothing",
        error_of([&] { reader.remove(name, *batch); }).starts_with(fmt::format("{} ", ENOTSUP)));
}

void check_nodes(DeviceMapper& mapper, const std::string& path, bool udevd) {
  const auto batch = mapper.begin_batch();
  mapper.create({.name = "node",
                 .uuid = "check-node",
                 .table = linear_table(path),
                 .node = {.mode = 0640, .user = "1001", .group = "1002"}},
                {}, *batch);
  batch->wait();
  check("the node is there after the wait", node_exists("node"));
  // With udevd, its rules decide who may open the node.
  if (!udevd) check("the node has its mode and owner", access_of("node") == "0640 1001 1002");
  const auto about = mapper.describe("node");
  const auto listed = mapper.list();
  check("the list has name, number and uuid",
        listed == std::vector<dm::Device>{
                      {.name = "node", .number = about->number, .uuid = "check-node"}});
  check("a map is found by its number", mapper.describe(about->number) == about);
  mapper.rename("node", "other", {}, *batch);
  batch->wait();
  check("a rename moves the node", node_exists("other") && !node_exists("node"));
  if (!udevd) check("and keeps its mode and owner", access_of("other") == "0640 1001 1002");
  if (udevd) {
    const auto links = multipath::LiveUdev().links(about->number);
    check("udev knows the link",
          std::find(links.begin(), links.end(), "mapper/other") != links.end());
    const auto properties = multipath::LiveUdev().properties(about->number);
    check("udev knows the name",
          properties && properties->contains("DM_NAME") && properties->at("DM_NAME") == "other");
  }
  const int held = ::open("/dev/mapper/other", O_RDONLY | O_CLOEXEC);
  check("an open map is counted", mapper.describe("other")->open_count == 1);
  check("an open map is not removed, and the text says why",
        error_of([&] { mapper.remove("other", *batch); }) ==
            fmt::format("{} cannot remove map other: Device or resource busy", EBUSY));
  ::close(held);
  mapper.remove("other", *batch);
  batch->wait();
  check("a removed map has no node", !node_exists("other") && mapper.list().empty());
}

void check_failed_create(DeviceMapper& mapper) {
  const auto batch = mapper.begin_batch();
  const auto said = error_of([&] {
    mapper.create({.name = "bad", .uuid = "check-bad", .table = linear_table("4095:77")}, {},
                  *batch);
  });
  check("a create that fails says so: " + said,
        said.find(" cannot load the table of new map bad: ") != said.npos);
  batch->wait();
  check("nothing is left of it", !mapper.describe("bad") && !node_exists("bad"));
}

void check_one_cookie(DeviceMapper& mapper, const std::string& path, unsigned count, bool udevd) {
  {
    const auto batch = mapper.begin_batch();
    for (unsigned i = 0; i < count; ++i)
      mapper.create({.name = fmt::format("many{}", i),
                     .uuid = fmt::format("check-many{}", i),
                     .table = linear_table(path)},
                    {}, *batch);
    check(fmt::format("{} maps have {} between them", count, udevd ? "one cookie" : "no cookie"),
          cookies() == (udevd ? 1U : 0U));
    batch->wait();
    check("the cookie is gone after the wait", cookies() == 0);
  }
  bool all = true;
  for (unsigned i = 0; i < count; ++i) all = all && node_exists(fmt::format("many{}", i));
  check("all nodes are there", all);
  {
    const auto batch = mapper.begin_batch();
    for (unsigned i = 0; i < count; ++i) mapper.remove(fmt::format("many{}", i), *batch);
  }
  check("all are gone after the batch", mapper.list().empty() && !node_exists("many0"));
}

void check_exception(DeviceMapper& mapper, const std::string& path) {
  try {
    const auto batch = mapper.begin_batch();
    mapper.create({.name = "first", .uuid = "", .table = linear_table(path)}, {}, *batch);
    mapper.create({.name = "first", .uuid = "", .table = linear_table(path)}, {}, *batch);
  } catch (const std::system_error&) {
  }
  check("an exception that passes leaves no cookie behind", cookies() == 0);
  check("and has waited for what was done before", node_exists("first"));
  mapper.remove("first", *mapper.begin_batch());
}

/// For a udevd whose rules do not answer cookies.
int wait_in_vain(const std::string& path) {
  dm::LibdmDeviceMapper mapper(std::chrono::seconds(2));
  const auto batch = mapper.begin_batch();
  mapper.create({.name = "lonely", .uuid = "", .table = linear_table(path)}, {}, *batch);
  const auto said = error_of([&] { batch->wait(); });
  mapper.remove("lonely", *batch);
  error_of([&] { batch->wait(); });
  fmt::print("{}\n", said);
  return said.starts_with(fmt::format("{} ", ETIMEDOUT)) && cookies() == 0 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  if (std::string(argv[1]) == "--unanswered") return wait_in_vain(argv[2]);
  const std::string first = argv[1];
  const unsigned count = argc > 3 ? static_cast<unsigned>(std::stoul(argv[3])) : 32;
  const bool udevd = multipath::LiveUdev().daemon_running();
  dm::LibdmDeviceMapper mapper;
  check_reading(mapper);
  compare_with_memory(mapper, first, argv[2], udevd);
  check_reader(mapper, first);
  check_nodes(mapper, first, udevd);
  check_failed_create(mapper);
  check_one_cookie(mapper, first, count, udevd);
  check_exception(mapper, first);
  check("no map and no cookie is left", mapper.list().empty() && cookies() == 0);
  return failures == 0 ? 0 : 1;
}
