// Every keyword of multipath.conf either changes what the program does, in each section that takes
// it, or check-config reports that it has no effect here. A new keyword needs a row here, or a reason
// in its own row.

#include "multipath/config/keywords.h"

#include <algorithm>
#include <functional>
#include <memory>

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "multipath/config/conf_grammar.h"
#include "multipath/host/partition_tables.h"
#include "multipath/planning/restore.h"
#include "multipath/run/flush_run.h"
#include "multipath/run/plan_run.h"
#include "tests/support/alua_disk.h"
#include "tests/support/command_run.h"
#include "tests/support/fake_nvme.h"
#include "tests/support/scsi_bytes.h"

using namespace multipath;
using tests::CommandRun;
using tests::run_multipath;
using Words = std::vector<std::string>;

namespace {

const std::string unit = tests::wwid_of_unit(1).text();

class OnePartition final : public PartitionTables {
 public:
  std::vector<Partition> read(const std::string&) override { return {{1, 64, 512}}; }
};

/// A unit of an array "ACME" with two Fibre Channel paths of other priorities, and all that a setting
/// may look at: ports with times, properties of udev, page 0x80, a queue for each disk.
struct World : tests::FakeHost {
  World() {
    add("sda", "1:0:0:1", 1);
    add("sdb", "2:0:1:1", 2);
  }

  /// The disk is behind a port of some transport: "rport-1:0-0", "usb1/1-1".
  void put_behind(const std::string& kname, const std::string& address, const std::string& port) {
    const std::string device = scsi_device_folder(address);
    std::string folder = device;
    folder.insert(folder.find("/target"), "/" + port);
    sys.link(folder, "/" + device);
    sys.link("dev/block/" + to_string(tests::sd_number(kname)),
             "../../" + folder + "/block/" + kname);
  }

  void add(const std::string& kname, const std::string& address, int group) {
    const std::string port = fmt::format("rport-{}:0-0", address[0]);
    sys.file("class/fc_remote_ports/" + port + "/node_name", "0x500a0981\n");
    sys.file("class/fc_remote_ports/" + port + "/fast_io_fail_tmo", "20\n");
    sys.file("class/fc_remote_ports/" + port + "/dev_loss_tmo", "40\n");
    add_disk(kname, address, tests::sd_number(kname), tests::alua_disk(1, group));
    const std::string disk = scsi_device_folder(address) + "/block/" + kname;
    sys.file(disk + "/queue/max_sectors_kb", "1280\n");
    sys.file(scsi_device_folder(address) + "/vpd_pg80",
             std::string("\0\x80\0\x02", 4) + "S" + address[0]);
    sys.file(fmt::format("devices/pci0000:00/0000:00:05.0/host{0}/scsi_host/host{0}/eh_deadline",
                         address[0]),
             "off\n");
    udev.entries[tests::sd_number(kname)] = {{"ID_SERIAL", unit},
                                             {"ID_OTHER", "other"},
                                             {"SCSI_IDENT_SERIAL", "1"},
                                             {fmt::format("ONLY_{}", kname), "1"}};
    put_behind(kname, address, port);
  }

  void put_map() {
    dm::MemoryMap map;
    map.name = unit;
    map.uuid = "mpath-" + unit;
    map.live = dm::Table{
        {0, 2048, "multipath", "0 1 alua 2 1 service-time 0 1 1 8:0 1 service-time 0 1 1 8:16 1"}};
    device_mapper.put(map);
    show_maps();
  }
};

/// All that a run does and says.
std::string all_of(World& world, const Words& words) {
  const CommandRun run = run_multipath(world, words);
  return fmt::format("{}\n{}\n{}\n{}\n{}", run.status, run.out, run.err,
                     fmt::join(world.device_mapper.journal(), "\n"),
                     fmt::join(world.sys_writer.journal, "\n"));
}

using Probe = std::function<std::string(World&)>;

Probe runs(Words words) {
  return [words = std::move(words)](World& world) { return all_of(world, words); };
}

Configuration configuration_of(World& world) {
  const std::vector<ConfigurationText> texts{{"c", world.state_files.files["/etc/multipath.conf"]}};
  return Configuration::load(texts).value();
}

/// What one value of a keyword does that another one does not.
struct Row {
  std::string_view keyword;
  Sections sections;
  std::string one;  ///< with its quotes, where it needs them; empty: the keyword is not set
  std::string other;
  Probe probe = runs({"apply"});
  std::string with = "";      ///< other lines of the same section
  std::string defaults = "";  ///< lines of section defaults
  std::function<void(World&)> prepare = nullptr;
};

const Sections all = Sections(Section::defaults) | Section::overrides | Section::device |
                     Section::multipath | Section::protocol | Section::blacklist |
                     Section::blacklist_exceptions | Section::blacklist_device;
const Sections rules = Sections(Section::blacklist) | Section::blacklist_exceptions;

void with_map(World& world) { world.put_map(); }

const std::vector<Row>& rows() {
  static const std::vector<Row> table{
      {"verbosity", all, "0", "2", runs({})},
      {"polling_interval", all, "5", "7",
       [](World& world) {
         WatchPauses pauses(configuration_of(world).globals());
         return fmt::format("{} s", pauses.next().count());
       }},
      {"max_polling_interval", all, "8", "9",
       [](World& world) {
         WatchPauses pauses(configuration_of(world).globals());
         pauses.next();
         return fmt::format("{} s", pauses.next().count());
       }},
      {"path_selector", all, R"("round-robin 0")", R"("queue-length 0")"},
      {"path_grouping_policy", all, "multibus", "failover"},
      {"uid_attrs", all, R"("sd:ID_OTHER")", R"("dasd:ID_OTHER")"},
      {"uid_attribute", all, "ID_SERIAL", "ID_OTHER"},
      {"prio", all, "const", "alua", runs({"-ll"}), "", "detect_prio no", with_map},
      {"prio_args", all, R"("devname sda 7")", R"("devname sda 8")",
       [](World& world) { return all_of(world, {"explain", "sda"}); }, "prio weightedpath",
       "detect_prio no"},
      {"features", all, R"("0")", R"("2 pg_init_retries 5")"},
      {"path_checker", all, "none", "tur", runs({"explain", "sda"}), "", "detect_checker no"},
      {"alias_prefix", all, "mpath", "disk", runs({"apply"}), "", "user_friendly_names yes"},
      {"rr_min_io_rq", all, "1", "100"},
      {"rr_weight", all, "uniform", "priorities"},
      {"no_path_retry", all, "fail", "queue"},
      {"checker_timeout", all, "1", "2",
       [](World& world) {
         return fmt::format("{} ms",
                            deadline_of({.configuration = configuration_of(world)}).count());
       }},
      {"allow_usb_devices", all, "no", "yes", runs({"apply"}), "", "",
       [](World& world) { world.put_behind("sda", "1:0:0:1", "usb1/1-1/1-1:1.0"); }},
      {"user_friendly_names", all, "yes", "no"},
      {"mode", all, "0600", "0660"},
      {"uid", all, "1001", "1002"},
      {"gid", all, "1001", "dba"},
      {"fast_io_fail_tmo", all, "5", "off"},
      {"dev_loss_tmo", all, "60", "infinity"},
      {"eh_deadline", all, "30", "off"},
      {"bindings_file", all, "/etc/a", "/etc/b",
       [](World& world) {
         all_of(world, {});
         return fmt::format("{}", fmt::join(world.state_files.journal, "\n"));
       },
       "", "user_friendly_names yes"},
      {"wwids_file", all, "/etc/a", "/etc/b",
       [](World& world) {
         all_of(world, {});
         return fmt::format("{}", fmt::join(world.state_files.journal, "\n"));
       }},
      {"detect_prio", all, "yes", "no", runs({"-ll"}), "", "prio const", with_map},
      {"detect_checker", all, "yes", "no", runs({"explain", "sda"}), "", "path_checker directio"},
      {"detect_pgpolicy", all, "yes", "no", runs({"apply"}), "", "path_grouping_policy multibus"},
      {"detect_pgpolicy_use_tpg", all, "yes", "no", runs({"explain", "sda"}), "",
       "detect_pgpolicy yes"},
      {"partition_delimiter", all, "-p", "_",
       [](World& world) {
         OnePartition tables;
         world.partition_tables = tables;
         std::string text = all_of(world, {"partitions", unit});
         world.partition_tables = absent_partition_tables();
         return text;
       },
       "", "", with_map},
      {"find_multipaths", all, "strict", "off"},
      {"whitelist", all, "strict", "identity",
       [](World& world) {
         // Hardware that no device section lists.
         std::string& text = world.state_files.files["/etc/multipath.conf"];
         for (auto at = text.find("ACME"); at != std::string::npos; at = text.find("ACME"))
           text.replace(at, 4, "OTHER");
         return all_of(world, {"apply"});
       }},
      {"enable_foreign", all, "NONE", "nvme", runs({"-ll"}), "", "",
       [](World& world) { tests::add_native_namespace(world); }},
      {"skip_kpartx", all, "yes", "no"},
      {"remove_retries", all, "2", "3",
       [](World& world) {
         return std::to_string(patience_for(std::nullopt, configuration_of(world)).retries);
       }},
      {"max_sectors_kb", all, "512", "1024"},
      {"auto_resize", all, "never", "grow_only", runs({"apply"}), "", "",
       [](World& world) {
         world.put_map();
         for (const char* kname : {"sda", "sdb"})
           world.sys.change(std::string("class/block/") + kname + "/size", "4096\n");
       }},
      {"find_multipaths_timeout", all, "7", "8", runs({"-u", "/dev/sda"}), "",
       "find_multipaths smart",
       [](World& world) {
         for (const char* kname : {"sdb"})
           world.sys.change(std::string("class/block/") + kname + "/device/vpd_pg83", "");
       }},
      {"recheck_wwid", all, "yes", "no", runs({"restore"}), "", "",
       [](World& world) {
         world.put_map();
         world.device_mapper.message(unit, 0, "fail_path 8:0");
         world.scsi.units.at("sg0") = tests::alua_disk(9, 1);
       }},
      {"devnode", rules, R"("^sda$")", R"("^sdc$")", runs({"explain", "sda"})},
      {"wwid", rules, R"("^3600")", R"("^3700")"},
      {"property", rules, "ONLY_sda", "ONLY_sdc", runs({"explain", "sda"})},
      {"protocol", rules, "scsi:fcp", "scsi:sas"},
      {"vendor", Section::blacklist_device, "ACME", "OTHER", runs({"apply"}), "product ALUA"},
      {"product", Section::blacklist_device, "ALUA", "OTHER", runs({"apply"}), "vendor ACME"},
      {"vendor", Section::device, "ACME", "OTHER", runs({"apply"}),
       "product ALUA\n rr_min_io_rq 100"},
      {"product", Section::device, "ALUA", "OTHER", runs({"apply"}),
       "vendor ACME\n rr_min_io_rq 100"},
      {"revision", Section::device, "0001", "0002", runs({"apply"}),
       "vendor ACME\n product ALUA\n rr_min_io_rq 100"},
      {"product_blacklist", Section::device, "ALUA", "OTHER", runs({"apply"}),
       "vendor ACME\n product Other"},
      {"hardware_handler", Section::device, R"("1 rdac")", R"("1 emc")", runs({"apply"}),
       "vendor ACME\n product ALUA"},
      {"type", Section::protocol, "scsi:fcp", "scsi:sas", runs({"apply"}), "eh_deadline 30"},
      {"wwid", Section::multipath, unit, "3700", runs({"apply"}), "alias one"},
      {"alias", Section::multipath, "one", "two", runs({"apply"})},
  };
  return table;
}

bool overlap(Sections a, Sections b) { return (a.bits & b.bits) != 0; }

const Row* row_of(const Keyword& keyword, Section section) {
  const auto found = std::ranges::find_if(rows(), [&](const Row& row) {
    return row.keyword == keyword.name && row.sections.contains(section);
  });
  return found == rows().end() ? nullptr : &*found;
}

constexpr std::string_view acme = "vendor ACME\n product ALUA\n";

/// The lines in the section, with what that section needs around it.
std::string in_section(Section section, const std::string& lines) {
  switch (section) {
    case Section::blacklist_device:
      return "blacklist {\n device {\n" + lines + "\n }\n}\n";
    case Section::device:
      return "devices {\n device {\n" + lines + "\n }\n}\n";
    case Section::protocol:
      return "overrides {\n protocol {\n" + lines + "\n }\n}\n";
    case Section::multipath:
      return "multipaths {\n multipath {\n" + lines + "\n }\n}\n";
    case Section::blacklist_exceptions: {
      const std::string keyword = lines.substr(1, lines.find(' ', 1) - 1);
      return fmt::format("blacklist {{\n {} .*\n}}\nblacklist_exceptions {{\n{}\n}}\n", keyword,
                         lines);
    }
    default:
      return to_string(section) + " {\n" + lines + "\n}\n";
  }
}

/// A device row for ACME admits the unit, where the section itself is not about that.
std::string file_with(const Row& row, Section section, const std::string& value) {
  std::string lines = row.with.empty() ? "" : " " + row.with + "\n";
  if (!value.empty()) lines += fmt::format(" {} {}", row.keyword, value);
  const bool names_itself =
      row.sections.contains(section) && !overlap(row.sections, Section::defaults);
  std::string text;
  if (section == Section::device && !names_itself) lines = std::string(acme) + lines;
  if (section == Section::multipath && !names_itself) lines = " wwid " + unit + "\n" + lines;
  if (section == Section::multipath && row.keyword == "alias")
    lines = " wwid " + unit + "\n" + lines;
  if (section == Section::protocol && !names_itself) lines = " type scsi:fcp\n" + lines;
  if (section != Section::device) text += in_section(Section::device, std::string(acme));
  std::string defaults = row.defaults;
  if (!defaults.empty() && section == Section::defaults) {
    lines = defaults + "\n" + lines;
    defaults.clear();
  }
  if (!defaults.empty()) text += in_section(Section::defaults, defaults);
  return text + in_section(section, lines);
}

std::string shown(const Row& row, Section section, const std::string& value) {
  const auto world = std::make_unique<World>();
  world->state_files.files["/etc/multipath.conf"] = file_with(row, section, value);
  if (row.prepare) row.prepare(*world);
  return row.probe(*world);
}

constexpr std::array all_sections{
    Section::defaults,         Section::blacklist, Section::blacklist_exceptions,
    Section::blacklist_device, Section::device,    Section::overrides,
    Section::protocol,         Section::multipath,
};

std::string sample_value(const Keyword& keyword) {
  switch (keyword.codec.kind) {
    case ValueKind::yes_no:
      return "yes";
    case ValueKind::words:
    case ValueKind::number:
      return keyword.codec.words().empty() ? std::to_string(keyword.codec.least)
                                           : std::string(keyword.codec.words().front());
    case ValueKind::key:
      return "0x1";
    case ValueKind::path:
      return "/etc/x";
    default:
      return "x";
  }
}

}  // namespace

TEST_CASE("every effective keyword changes a result, in each of its sections") {
  for (const Keyword& keyword : keywords()) {
    if (keyword.effect.status != KeywordStatus::obeyed) continue;
    for (const Section section : all_sections) {
      if (!keyword.sections.contains(section)) continue;
      CAPTURE(keyword.name);
      CAPTURE(to_string(section));
      const Row* row = row_of(keyword, section);
      REQUIRE_MESSAGE(row != nullptr, "no row shows that the keyword is obeyed");
      const std::string one = shown(*row, section, row->one);
      CAPTURE(file_with(*row, section, row->one));
      CAPTURE(one);
      CHECK(one == shown(*row, section, row->one));
      CHECK(one != shown(*row, section, row->other));
    }
  }
}

TEST_CASE("every other keyword is reported by check-config to have no effect here") {
  for (const Keyword& keyword : keywords()) {
    if (keyword.effect.status == KeywordStatus::obeyed) continue;
    CAPTURE(keyword.name);
    CHECK_FALSE(keyword.effect.reason.empty());
    for (const Section section : all_sections) {
      if (!keyword.sections.contains(section)) continue;
      CAPTURE(to_string(section));
      World world;
      std::string lines = fmt::format(" {} {}", keyword.name, sample_value(keyword));
      if (section == Section::device) lines = std::string(acme) + lines;
      if (section == Section::multipath) lines = " wwid " + unit + "\n" + lines;
      world.state_files.files["/etc/multipath.conf"] = in_section(section, lines);
      const CommandRun run = run_multipath(world, {"check-config"});
      CAPTURE(run.out);
      CHECK(
          run.out.find(fmt::format("{} has no effect here: ", keyword.name)) +
              run.out.find(fmt::format("{} is obsolete and has no effect here: ", keyword.name)) !=
          2 * std::string::npos);
    }
  }
}

TEST_CASE("every row names an existing keyword") {
  for (const Row& row : rows()) {
    CAPTURE(row.keyword);
    CHECK(std::ranges::any_of(keywords(), [&](const Keyword& keyword) {
      return keyword.name == row.keyword && keyword.effect.status == KeywordStatus::obeyed &&
             overlap(keyword.sections, row.sections);
    }));
  }
}
