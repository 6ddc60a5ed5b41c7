// Measures the search for holders with tens of thousands of objects that a local user can create:
// mounts, open files, processes, namespaces, components of a path. Prints the processor time for N
// and for ten times N, the best of several rounds. Exit status 1 if ten times the objects take more
// than twenty times as long.
#include <algorithm>
#include <ctime>
#include <limits>
#include <unordered_map>

#include <fmt/format.h>

#include "multipath/discovery/unit_paths.h"
#include "multipath/holders/graph.h"
#include "multipath/holders/mounts.h"
#include "multipath/model/proc_tables.h"
#include "multipath/teardown/blockers.h"
#include "multipath/teardown/teardown.h"
#include "tests/support/fake_host.h"

namespace {

using namespace multipath;

/// Unlike the tests' MemoryTree, a lookup takes constant time.
class FlatTree final : public SysTree {
 public:
  std::unordered_map<std::string, std::string> files, links;
  std::unordered_map<std::string, std::vector<std::string>> folders;

  std::optional<std::string> read(std::string_view path) const override { return in(files, path); }
  std::optional<std::vector<std::string>> list(std::string_view path) const override {
    return in(folders, path);
  }
  std::optional<std::string> read_link(std::string_view path) const override {
    return in(links, path);
  }
  bool exists(std::string_view path) const override {
    return in(files, path) || in(links, path) || in(folders, path);
  }

 private:
  template <typename Map>
  static auto in(const Map& map, std::string_view path)
      -> std::optional<typename Map::mapped_type> {
    const auto found = map.find(std::string(path));
    if (found == map.end()) return std::nullopt;
    return found->second;
  }
};

struct Machine {
  Machine() {
    sys.files["class/block/sda/dev"] = "8:0\n";
    sys.files["class/block/sda/size"] = "2048\n";
    sys.folders["class/block"] = {"sda"};
    sys.folders["class/block/sda"] = {"dev", "size"};
    sys.folders["class/block/sda/holders"] = {};
    sys.links["dev/block/8:0"] = "../../devices/virtual/block/sda";
    sys.links["class/block/sda"] = "../../devices/virtual/block/sda";
    proc.links["self"] = "1";
    process(1, 1);
    proc.files["self/mountinfo"] = root();
    proc.links["self/ns/mnt"] = "mnt:[1]";
  }
  static std::string root() { return "20 1 0:30 / / rw - tmpfs none rw\n"; }
  static std::string mounts(std::size_t count, const std::string& below) {
    std::string text = root();
    for (std::size_t i = 0; i < count; ++i)
      text += fmt::format("{} 20 8:0 / {}/{} rw - ext4 /dev/sda rw\n", 100 + i, below, i);
    return text;
  }
  void process(std::size_t pid, std::size_t name_space) {
    const std::string name = std::to_string(pid);
    proc.folders["."].push_back(name);
    proc.files[name + "/stat"] = name + " (x) S 1";
    proc.files[name + "/comm"] = "x\n";
    proc.files[name + "/mountinfo"] = root();
    proc.links[name + "/ns/mnt"] = fmt::format("mnt:[{}]", name_space);
    proc.links[name + "/root"] = "/";
    proc.folders[name + "/fd"] = {};
  }
  void open_file(std::size_t pid, std::size_t number, const std::string& path) {
    const std::string folder = std::to_string(pid) + "/fd";
    proc.folders[folder].push_back(std::to_string(number));
    proc.links[fmt::format("{}/{}", folder, number)] = path;
  }
  std::size_t look() {
    tests::FakeHost rest;
    tests::FakeDeviceAccess devices(sys, proc, dev);
    const Host host{sys,        proc,       dev,    rest.scsi, rest.udev, rest.device_mapper,
                    rest.tools, rest.clock, devices};
    const HolderGraph graph = discover_holders(host, {"sda"});
    return graph.nodes.at(0).mounts.size() + graph.nodes.at(0).openers.size() +
           find_blockers(graph, {}).size();
  }

  FlatTree sys, proc, dev;
};

Machine own_mounts_and_open_files(std::size_t count) {
  Machine machine;
  machine.proc.files["self/mountinfo"] = Machine::mounts(count, "/many");
  machine.process(2, 1);
  for (std::size_t i = 0; i < count; ++i) machine.open_file(2, i, fmt::format("/many/{}/file", i));
  return machine;
}

Machine mounts_elsewhere_and_open_files(std::size_t count) {
  Machine machine;
  machine.process(2, 2);
  machine.proc.files["2/mountinfo"] = Machine::mounts(count, "/many");
  for (std::size_t i = 0; i < count; ++i) machine.open_file(2, i, fmt::format("/home/file{}", i));
  return machine;
}

Machine processes_with_namespaces(std::size_t count) {
  Machine machine;
  for (std::size_t i = 0; i < count; ++i) machine.process(10 + i, 10 + i);
  return machine;
}

Machine processes_in_chroots(std::size_t count) {
  Machine machine;
  for (std::size_t i = 0; i < count; ++i) {
    machine.process(10 + i, 2);
    machine.proc.links[fmt::format("{}/root", 10 + i)] = fmt::format("/jail{}", i);
  }
  return machine;
}

/// Paths with many short components below a mount point with many short components.
Machine deep_paths(std::size_t count) {
  Machine machine;
  std::string deep;
  for (int i = 0; i < 1000; ++i) deep += "/a";
  machine.proc.files["self/mountinfo"] = Machine::mounts(1, deep);
  machine.process(2, 1);
  for (std::size_t i = 0; i < count; ++i) machine.open_file(2, i, fmt::format("{}/f{}", deep, i));
  return machine;
}

double seconds_of(const std::function<void()>& work) {
  double best = std::numeric_limits<double>::max();
  for (int round = 0; round < 3; ++round) {
    const std::clock_t begin = std::clock();
    work();
    best = std::min(best, static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC);
  }
  return best;
}

struct Case {
  const char* name;
  Machine (*make)(std::size_t);
  std::size_t count;
};

}  // namespace

int main() {
  constexpr double most = 20;
  constexpr Case cases[]{
      {"own mounts and as many open files", own_mounts_and_open_files, 5000},
      {"mounts elsewhere and as many open files", mounts_elsewhere_and_open_files, 5000},
      {"processes, each with a namespace", processes_with_namespaces, 5000},
      {"processes, each in a chroot", processes_in_chroots, 5000},
      {"open files at the end of 1,000 parts", deep_paths, 500},
  };
  bool linear = true;
  for (const Case& one : cases) {
    Machine small = one.make(one.count);
    Machine large = one.make(10 * one.count);
    const double few = seconds_of([&] { small.look(); });
    const double many = seconds_of([&] { large.look(); });
    fmt::print("{:<42} {:>7} {:8.3f} s {:>7} {:8.3f} s  x{:.1f}\n", one.name, one.count, few,
               10 * one.count, many, many / few);
    linear = linear && many <= most * few;
  }
  return linear ? 0 : 1;
}
