// hostile_inputs [--tenth] [WORD...]: measures commands on captures, device-mapper maps and files
// with tens of thousands of hostile entries. Prints the processor time for N and for ten times N,
// the best of several rounds. Exit status 1 if ten times the entries take more than fifteen times
// as long. WORD selects cases by name; --tenth divides all sizes by ten. Run it at the top of the
// tree.
#include <algorithm>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <limits>
#include <map>
#include <sstream>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "multipath/capture/captured_host.h"
#include "multipath/command/compat/command_line.h"
#include "multipath/command/verbs.h"
#include "multipath/planning/partitions.h"
#include "tests/support/scratch.h"

namespace {

using namespace multipath;
using Words = std::vector<std::string>;

/// A captured host to which a case adds lines.
class Capture {
 public:
  Capture() {
    namespace fs = std::filesystem;
    const fs::path base = "tests/hosts/maps/host";
    for (const auto& entry : fs::recursive_directory_iterator(base)) {
      if (!entry.is_regular_file()) continue;
      std::ostringstream content;
      content << std::ifstream(entry.path(), std::ios::binary).rdbuf();
      files[fs::relative(entry.path(), base)] = content.str();
    }
  }
  void write(const std::string& directory) const {
    for (const auto& [name, text] : files) {
      const std::filesystem::path path = directory + "/" + name;
      std::filesystem::create_directories(path.parent_path());
      std::ofstream(path, std::ios::binary) << text;
    }
  }
  std::string& operator[](const std::string& name) { return files[name]; }

 private:
  std::map<std::string, std::string> files;
};

std::string repeated(std::size_t count, const std::function<std::string(std::size_t)>& line) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) text += line(i);
  return text;
}

// --- what is made by the ten thousand
// ---------------------------------------------------------------

void one_fact(Capture& capture, std::size_t count) {
  capture["sys.txt"] += "class/zzz :\n" + repeated(count, [](std::size_t) { return " a = x\n"; });
}

void one_folder(Capture& capture, std::size_t count) {
  capture["sys.txt"] += repeated(
      count, [](std::size_t i) { return fmt::format("class/block/sda :\n q{} = x\n", i); });
}

void one_folder_between_others(Capture& capture, std::size_t count) {
  capture["sys.txt"] += repeated(count, [](std::size_t i) {
    return fmt::format("class/block :\n q{} = x\nclass/other{} :\n q = x\n", i, i);
  });
}

/// /sys/class/block lists disks without any other data.
void names_alone(Capture& capture, std::size_t count) {
  capture["sys.txt"] += "class/block / sda sdb" +
                        repeated(count, [](std::size_t i) { return fmt::format(" sdx{}", i); }) +
                        "\n";
}

void deep_stack(Capture& capture, std::size_t count) {
  capture["sys.txt"] += "class/block/sda/holders / dm-1000\n";
  for (std::size_t i = 0; i < count; ++i) {
    const std::string below = i == 0 ? "sda" : fmt::format("dm-{}", 999 + i);
    const std::string above = i + 1 == count ? "" : fmt::format("dm-{}", 1001 + i);
    capture["sys.txt"] += fmt::format(
        "class/block/dm-{} :\n dev = 254:{}\n size = 8\n slaves / {}\n holders /{}{}\n ro = 0\n",
        1000 + i, 1000 + i, below, above.empty() ? "" : " ", above);
  }
}

void wide_stack(Capture& capture, std::size_t count) {
  capture["sys.txt"] +=
      "class/block/sda/holders /" +
      repeated(count, [](std::size_t i) { return fmt::format(" dm-{}", 1000 + i); }) + "\n";
  capture["sys.txt"] += repeated(count, [](std::size_t i) {
    return fmt::format(
        "class/block/dm-{} :\n dev = 254:{}\n size = 8\n slaves / sda\n holders /\n ro = 0\n",
        1000 + i, 1000 + i);
  });
}

void processes(Capture& capture, std::size_t count) {
  capture["proc.txt"] +=
      ". / self" + repeated(count, [](std::size_t i) { return fmt::format(" {}", 10000 + i); }) +
      "\n";
  capture["proc.txt"] += repeated(count, [](std::size_t i) {
    return fmt::format(
        "{} :\n comm = x\n cgroup = 0::/system.slice/a.service\n fd / 3\n stat = 1 (x) S 1\n"
        "{}/fd :\n 3 -> /dev/sda\n",
        10000 + i, 10000 + i);
  });
  capture["devices.txt"] += "node/dev/sda = 8:0\n";
}

void mounts(Capture& capture, std::size_t count) {
  capture["proc.txt"] +=
      "self/mountinfo {\n" +
      repeated(count,
               [](std::size_t i) {
                 return fmt::format("\t{} 1 8:0 / /mnt/{} rw - ext4 /dev/sda rw\n", 100 + i, i);
               }) +
      "}\n";
}

void swaps(Capture& capture, std::size_t count) {
  capture["proc.txt"] +=
      "swaps {\n\tFilename Type Size Used Priority\n" +
      repeated(count,
               [](std::size_t i) { return fmt::format("\t/dev/x{} partition 8 0 -2\n", i); }) +
      "}\n";
}

std::string map_lines(std::size_t i) {
  return fmt::format(
      "map/m{0} :\n access = rw\n events = 0\n number = 254:{1}\n open = 0\n state = active\n"
      " status = 0 8 multipath 2 0 0 0 1 1 A 0 1 2 {2}:{3} A 0 0 1\n"
      " table = 0 8 multipath 0 0 1 1 service-time 0 1 2 {2}:{3} 1 1\n uuid = mpath-36001{0:027}\n",
      i, i + 10, 65 + i / 100000, i % 100000);
}

void maps(Capture& capture, std::size_t count) {
  capture["dm.txt"] = "driver = 4.47.0\ntarget/multipath = 1.14.0\nmap /" +
                      repeated(count, [](std::size_t i) { return fmt::format(" m{}", i); }) + "\n" +
                      repeated(count, map_lines);
}

/// One map whose status and table are given after the target's features and handler.
std::string one_map(const std::string& status, const std::string& table) {
  return "driver = 4.47.0\ntarget/multipath = 1.14.0\nmap / m\nmap/m :\n access = rw\n events = 0\n"
         " number = 254:1\n open = 0\n state = active\n status = 0 8 multipath 2 0 0 0 " +
         status + "\n table = 0 8 multipath 0 0 " + table + "\n uuid = mpath-36001\n";
}

std::string path_number(std::size_t i) { return fmt::format("{}:{}", 65 + i / 100000, i % 100000); }

void paths_of_a_map(Capture& capture, std::size_t count) {
  const auto status = [](std::size_t i) { return " " + path_number(i) + " A 0 0 1"; };
  const auto table = [](std::size_t i) { return " " + path_number(i) + " 1 1"; };
  capture["dm.txt"] =
      one_map(fmt::format("1 1 A 0 {} 2", count) + repeated(count, status),
              fmt::format("1 1 service-time 0 {} 2", count) + repeated(count, table));
}

void groups_of_a_map(Capture& capture, std::size_t count) {
  const auto status = [](std::size_t i) { return " A 0 1 2 " + path_number(i) + " A 0 0 1"; };
  const auto table = [](std::size_t i) { return " service-time 0 1 2 " + path_number(i) + " 1 1"; };
  capture["dm.txt"] = one_map(fmt::format("{} 1", count) + repeated(count, status),
                              fmt::format("{} 1", count) + repeated(count, table));
}

void one_long_name(Capture& capture, std::size_t count) {
  maps(capture, count);
  std::string& text = capture["dm.txt"];
  text.replace(text.find(" m0 "), 4, " " + std::string(10 * count, 'x') + " m0 ");
  std::string lines = map_lines(0);
  lines.replace(4, 2, std::string(10 * count, 'x'));
  text += lines;
}

void bindings(Capture& capture, std::size_t count) {
  capture["etc/multipath.conf"] = "defaults {\n find_multipaths off\n user_friendly_names yes\n}\n";
  capture["etc/multipath/bindings"] =
      repeated(count, [](std::size_t i) { return fmt::format("alias{} 36002{:027}\n", i, i); });
}

void same_bindings(Capture& capture, std::size_t count) {
  capture["etc/multipath.conf"] = "defaults {\n find_multipaths off\n user_friendly_names yes\n}\n";
  capture["etc/multipath/bindings"] =
      repeated(count, [](std::size_t i) { return fmt::format("alias 36002{:027}\n", i % 7); });
}

void wwids(Capture& capture, std::size_t count) {
  capture["etc/multipath/wwids"] =
      repeated(count, [](std::size_t i) { return fmt::format("/36002{:027}/\n", i); });
}

void blacklist_lines(Capture& capture, std::size_t count) {
  capture["etc/multipath.conf"] =
      "blacklist {\n" +
      repeated(count, [](std::size_t i) { return fmt::format(" wwid 36002{:027}\n", i); }) + "}\n";
}

void multipath_sections(Capture& capture, std::size_t count) {
  capture["etc/multipath.conf"] =
      "multipaths {\n" +
      repeated(count,
               [](std::size_t i) {
                 return fmt::format(" multipath {{\n  wwid 36002{:027}\n  alias a{}\n }}\n", i, i);
               }) +
      "}\n";
}

void device_sections(Capture& capture, std::size_t count) {
  capture["etc/multipath.conf"] =
      "devices {\n" +
      repeated(count,
               [](std::size_t i) {
                 return fmt::format(
                     " device {{\n  vendor V{}\n  product P\n  no_path_retry 5\n }}\n", i);
               }) +
      "}\n";
}

void one_keyword(Capture& capture, std::size_t count) {
  capture["etc/multipath.conf"] =
      "defaults {\n" +
      repeated(count, [](std::size_t) { return std::string(" no_path_retry 5\n"); }) + "}\n";
}

void unknown_keywords(Capture& capture, std::size_t count) {
  capture["etc/multipath.conf"] =
      "defaults {\n" +
      repeated(count, [](std::size_t i) { return fmt::format(" bogus{} 5\n", i); }) + "}\n";
}

void exchanges(Capture& capture, std::size_t count) {
  capture["scsi.txt"] +=
      repeated(count, [](std::size_t) { return std::string("sg0 00 00 00 00 00 00 = good\n"); });
}

void udev_properties(Capture& capture, std::size_t count) {
  capture["udev.txt"] +=
      "8:0/properties {\n" +
      repeated(count, [](std::size_t i) { return fmt::format("\tA{}=x\n", i); }) + "}\n";
}

// --- measuring
// ----------------------------------------------------------------------------------------

struct Case {
  const char* name;
  void (*make)(Capture&, std::size_t);
  std::size_t count;
  std::vector<Words> commands;
};

void run(const std::string& directory, const Words& words) {
  CapturedHost captured(directory);
  std::ostringstream out, err;
  Context context{captured.host(), out, err, Style::plain, Style::plain, true, nullptr, true};
  const VerbRow* verb = find_verb(words.front());
  try {
    if (verb != nullptr)
      run_verb(context, *verb, {words.begin() + 1, words.end()});
    else
      run_compat_command_line(context, words);
  } catch (const std::exception& error) {
    fmt::print("{}\n", error.what());
  }
}

double seconds_of(const std::function<void()>& work) {
  double best = std::numeric_limits<double>::max();
  for (int round = 0; round < 3; ++round) {
    const std::clock_t begin = std::clock();
    work();
    best = std::min(best, static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC);
    if (best > 1) break;
  }
  return best;
}

/// Shorter times mostly measure the clock's resolution and the start of the command.
constexpr double least = 0.004;
constexpr double most = 15;

bool tell(const std::string& name, std::size_t count, double few, double many) {
  const double ratio = many / std::max(few, least);
  fmt::print("{:<58} {:>7} {:8.3f} s {:>7} {:8.3f} s  x{:.1f}{}\n", name, count, few, 10 * count,
             many, ratio, ratio > most ? "  TOO MUCH" : "");
  std::fflush(stdout);
  return ratio <= most;
}

bool measure(const Case& one) {
  const tests::Scratch scratch;
  for (const std::size_t times : {1, 10}) {
    Capture capture;
    one.make(capture, times * one.count);
    capture.write(scratch.path(times == 1 ? "few" : "many"));
  }
  bool linear = true;
  for (const Words& words : one.commands) {
    const double few = seconds_of([&] { run(scratch.path("few"), words); });
    const double many = seconds_of([&] { run(scratch.path("many"), words); });
    linear = tell(fmt::format("{}: {}", one.name, fmt::join(words, " ")), one.count, few, many) &&
             linear;
  }
  return linear;
}

/// A capture has no partition tables, so only the plan is measured, with all partition maps
/// present.
bool measure_partitions() {
  const auto plan = [](std::size_t count) {
    CurrentMap map;
    map.name = "mpatha";
    map.uuid = "mpath-36001";
    map.size_sectors = ~std::uint64_t{0};
    std::vector<Partition> table;
    std::vector<PartitionMap> present;
    for (std::uint32_t i = 1; i <= count; ++i) {
      table.push_back({i, i, 1});
      present.push_back({"p", "part-mpath-36001", {}, {i, i, 1}, true, 0});
    }
    return plan_partitions(map, table, present, {}, "-part").size();
  };
  constexpr std::size_t count = 10000;
  const double few = seconds_of([&] { plan(count); });
  const double many = seconds_of([&] { plan(10 * count); });
  return tell("partitions: plan of a second run", count, few, many);
}

const std::vector<Words> lists{
    {"-l"}, {"-ll", "-v3"}, {"show", "maps", "--format", "%n %w %d %0"}, {"show", "metrics"}};
const std::vector<Words> plans{{"plan"}, {"-d", "-v3"}, {"check-config"}, {"show", "config"}};
const std::vector<Words> holders{
    {"holders", "sda"}, {"holders", "--json", "sda"}, {"clear-holders", "--dry-run", "sda"}};

}  // namespace

int main(int count, char** words) {
  // An unoptimised build shows the growth with a tenth of the sizes.
  const bool tenth = count > 1 && std::string_view(words[1]) == "--tenth";
  if (tenth) --count, ++words;
  const std::vector<Case> cases{
      {"one fact again and again", one_fact, 10000, {{"-l"}}},
      {"one folder again and again", one_folder, 10000, {{"-ll"}}},
      {"one folder between others", one_folder_between_others, 10000, {{"-ll"}, {"plan"}}},
      {"names without facts", names_alone, 10000, {{"-ll"}, {"plan"}, {"holders", "sda"}}},
      {"a deep stack", deep_stack, 10000, holders},
      {"a wide stack", wide_stack, 10000, holders},
      {"processes with the disk open", processes, 10000, holders},
      {"mounts of the disk", mounts, 10000, holders},
      {"swaps", swaps, 10000, holders},
      {"maps", maps, 10000, lists},
      {"maps", maps, 10000, {{"plan"}, {"-ll", "--json"}, {"-F", "-d"}}},
      {"paths of one map", paths_of_a_map, 10000, lists},
      {"groups of one map", groups_of_a_map, 10000, lists},
      {"one long name among maps", one_long_name, 1000, lists},
      {"bindings", bindings, 10000, {{"plan"}}},
      {"one binding again and again", same_bindings, 10000, {{"plan"}}},
      {"wwids", wwids, 10000, {{"plan"}, {"-c", "/dev/sda"}}},
      {"blacklist", blacklist_lines, 10000, plans},
      {"multipath sections", multipath_sections, 10000, plans},
      {"device sections", device_sections, 2000, plans},
      {"one keyword again and again", one_keyword, 10000, plans},
      {"unknown keywords", unknown_keywords, 10000, plans},
      {"one SCSI command again and again", exchanges, 10000, {{"-ll"}}},
      {"udev properties", udev_properties, 10000, {{"-ll"}, {"-u", "sda"}}},
  };
  const auto wanted = [&](const std::string& name) {
    return count == 1 || std::any_of(words + 1, words + count, [&](const char* word) {
             return name.find(word) != std::string::npos;
           });
  };
  bool linear = true;
  for (Case one : cases) {
    if (!wanted(one.name)) continue;
    if (tenth) one.count /= 10;
    linear = measure(one) && linear;
  }
  if (wanted("partitions")) linear = measure_partitions() && linear;
  return linear ? 0 : 1;
}
