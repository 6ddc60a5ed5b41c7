#include "multipath/view/listed.h"

#include <algorithm>
#include <set>

#include <doctest/doctest.h>

using namespace multipath;

namespace {

RowFormat format_of(std::string_view text, std::span<const Wildcard> known = path_wildcards()) {
  auto format = RowFormat::parse(text, known);
  REQUIRE(format);
  return *format;
}

std::string error_of(std::string_view text, std::span<const Wildcard> known = path_wildcards()) {
  const auto format = RowFormat::parse(text, known);
  return format ? "" : format.error();
}

ListedPath path_named(const std::string& kname) {
  ListedPath row;
  row.path.kname = kname;
  row.path.number = {8, 16};
  row.path.address = {1, 0, 0, 2};
  row.path.vendor = "PURE";
  row.path.product = "FlashArray";
  row.path.size_sectors = 2048;
  row.path.state = DeviceState::running;
  row.path.checker_state = CheckerState::ready;
  row.path.priority = 50;
  row.path.wwid = Wwid::from_text("3600");
  row.protocol = "scsi:fcp";
  return row;
}

ListedMap map_named(const std::string& name) {
  ListedMap row;
  row.topology.name = name;
  row.topology.wwid = "3600";
  row.topology.kname = "dm-3";
  row.topology.vendor = "PURE";
  row.topology.product = "FlashArray";
  row.topology.size_sectors = 2048;
  row.topology.features = "1 queue_if_no_path";
  row.topology.hardware_handler = "1 alua";
  row.topology.write_protection = WriteProtection::read_write;
  row.topology.groups = {{.selector = "", .priority = 0, .status = {}, .paths = {{}, {}}}};
  row.revision = "8888";
  return row;
}

std::string raw(const std::string& text, const ListedPath& row) {
  return render_paths(format_of(text), std::vector{row}, Layout::raw);
}
std::string raw(const std::string& text, const ListedMap& row) {
  return render_maps(format_of(text, map_wildcards()), std::vector{row}, Layout::raw);
}

}  // namespace

TEST_CASE("a format is padded to columns below their names, as multipathd does") {
  CHECK(render_paths(format_of("%d %m|%i"), std::vector{path_named("sdb"), path_named("sdaa")},
                     Layout::columns) ==
        "dev  multipath|hcil   \n"
        "sdb  [orphan] |1:0:0:2\n"
        "sdaa [orphan] |1:0:0:2\n");
}

TEST_CASE("raw output has no header and no padding") {
  CHECK(render_paths(format_of("<%d>%D;"), std::vector{path_named("sdb"), path_named("sdaa")},
                     Layout::raw) == "<sdb>8:16;\n<sdaa>8:16;\n");
}

TEST_CASE("an empty list prints nothing") {
  CHECK(render_paths(format_of("%d"), {}, Layout::columns).empty());
  CHECK(render_paths(format_of("%d"), {}, Layout::raw).empty());
}

TEST_CASE("wildcards may repeat, text may have none, %% is a percent sign") {
  CHECK(raw("%d%d", path_named("sdb")) == "sdbsdb\n");
  CHECK(raw("plain", path_named("sdb")) == "plain\n");
  CHECK(raw("", path_named("sdb")) == "\n");
  CHECK(raw("100%% %d%%", path_named("sdb")) == "100% sdb%\n");
}

TEST_CASE("an unknown wildcard is rejected with the nearest one") {
  CHECK(error_of("%W").starts_with("unknown wildcard %W; did you mean %w (uuid)?"));
  CHECK(error_of("%d %y").starts_with("unknown wildcard %y; did you mean %z (serial)?"));
  CHECK(error_of("%D", map_wildcards()).starts_with("unknown wildcard %D; did you mean %d"));
  CHECK(error_of("%d %") == "incomplete wildcard '%' at the end; use %% for a percent sign");
  CHECK(error_of("%\x01").starts_with("unknown wildcard %.;"));
}

TEST_CASE("every wildcard can be rendered and has a unique name") {
  for (const auto wildcards : {path_wildcards(), map_wildcards()}) {
    std::set<char> letters;
    std::set<std::string> names;
    for (const Wildcard& wildcard : wildcards) {
      letters.insert(wildcard.letter);
      names.insert(wildcard.name);
    }
    CHECK(letters.size() == wildcards.size());
    CHECK(names.size() == wildcards.size());
  }
  for (const Wildcard& wildcard : path_wildcards())
    CHECK(raw(std::string("%") + wildcard.letter, path_named("sdb")).ends_with("\n"));
  for (const Wildcard& wildcard : map_wildcards())
    CHECK(raw(std::string("%") + wildcard.letter, map_named("mpatha")).ends_with("\n"));
}

TEST_CASE("the tables have the letters and names of the packaged multipathd") {
  CHECK(render_wildcards(map_wildcards()) ==
        "%n  name\n%w  uuid\n%d  sysfs\n%F  failback\n%Q  queueing\n%N  paths\n%r  write_prot\n"
        "%t  dm-st\n%S  size\n%f  features\n%x  failures\n%h  hwhandler\n%A  action\n"
        "%0  path_faults\n%1  switch_grp\n%2  map_loads\n%3  total_q_time\n%4  q_timeouts\n"
        "%s  vend/prod/rev\n%v  vend\n%p  prod\n%e  rev\n%G  foreign\n%g  vpd page data\n");
  CHECK(render_wildcards(path_wildcards()) ==
        "%w  uuid\n%i  hcil\n%d  dev\n%D  dev_t\n%t  dm_st\n%o  dev_st\n%T  chk_st\n"
        "%s  vend/prod/rev\n%c  checker\n%C  next_check\n%p  pri\n%S  size\n%z  serial\n"
        "%M  marginal_st\n%m  multipath\n%N  host WWNN\n%n  target WWNN\n%R  host WWPN\n"
        "%r  target WWPN\n%a  host adapter\n%G  foreign\n%g  vpd page data\n%0  failures\n"
        "%P  protocol\n%I  init_st\n%L  LUN hex\n");
}

TEST_CASE("a path shows known values and [undef] for others") {
  ListedPath path = path_named("sdb");
  CHECK(raw("%w|%t|%o|%T|%s|%c|%C|%p|%S|%z|%M|%P|%I|%L|%0", path) ==
        "3600|undef|running|ready|PURE,FlashArray|tur|[undef]|50|1.0M||normal|scsi:fcp|ok|"
        "0x0002000000000000|0\n");
  CHECK(raw("%N|%n|%R|%r|%a|%G|%g", path) ==
        "[undef]|[undef]|[undef]|[undef]|[undef]|--|[undef]\n");
  path.map = "mpatha";
  path.dm_state = PathDmState::failed;
  path.failures = 7;
  path.target.transport = TransportKind::fibre_channel;
  path.target.name = "0x51";
  path.target.port_name = "0x52";
  path.target.host_node_name = "0x21";
  path.target.host_port_name = "0x22";
  path.host_adapter = "0000:00:05.0";
  path.serial = "ABC";
  CHECK(raw("%m|%t|%0|%N|%n|%R|%r|%a|%z", path) ==
        "mpatha|failed|7|0x21|0x51|0x22|0x52|0000:00:05.0|ABC\n");
}

TEST_CASE("a path without identity or priority") {
  ListedPath path = path_named("sdb");
  path.path.wwid.reset();
  path.path.priority.reset();
  CHECK(raw("[%w] %p %I", path) == "[] -1 failed\n");
}

TEST_CASE("a map shows known values and [undef] for the daemon's counters") {
  ListedMap map = map_named("mpatha");
  map.path_faults = 3;
  CHECK(raw("%n|%w|%d|%N|%r|%t|%S|%f|%h|%A|%0|%s|%v|%p|%e|%G", map) ==
        "mpatha|3600|dm-3|2|rw|active|1.0M|1 queue_if_no_path|1 alua|nothing|3|PURE,FlashArray|"
        "PURE|FlashArray|8888|--\n");
  CHECK(raw("%x%1%2%3%4%g", map) == "[undef][undef][undef][undef][undef][undef]\n");
  map.topology.suspended = true;
  CHECK(raw("%t", map) == "suspend\n");
}

TEST_CASE("failback and queueing are in multipathd's words") {
  ListedMap map = map_named("mpatha");
  CHECK(raw("%F %Q", map) == "- on\n");
  map.failback.kind = Failback::Kind::immediate;
  map.no_path_retry = NoPathRetry{NoPathRetry::Kind::count, 12};
  CHECK(raw("%F %Q", map) == "immediate 12 chk\n");
  map.failback.kind = Failback::Kind::followover;
  map.no_path_retry = NoPathRetry{NoPathRetry::Kind::queue, 0};
  CHECK(raw("%F %Q", map) == "followover on\n");
  map.failback = {Failback::Kind::deferred, 10};
  map.no_path_retry = NoPathRetry{NoPathRetry::Kind::fail, 0};
  CHECK(raw("%F %Q", map) == "- on\n");
}

TEST_CASE("the queueing of a map is what its table has, whatever the setting is") {
  ListedMap map = map_named("mpatha");
  map.topology.features = "0";
  CHECK(raw("%Q", map) == "-\n");
  for (const auto kind :
       {NoPathRetry::Kind::count, NoPathRetry::Kind::queue, NoPathRetry::Kind::fail}) {
    map.no_path_retry = NoPathRetry{kind, 12};
    CHECK(raw("%Q", map) == "off\n");
  }
}

TEST_CASE("a LUN in hex is the bytes that go over the wire") {
  CHECK(lun_hex(0) == "0x0000000000000000");
  CHECK(lun_hex(1) == "0x0001000000000000");
  CHECK(lun_hex(16388) == "0x4004000000000000");
  CHECK(lun_hex(0x00020001) == "0x0001000200000000");
}

TEST_CASE("no control byte of a device gets into a line") {
  ListedPath path = path_named("sdb");
  path.path.product = "a\nb\x1b[1m";
  path.serial = "x\ny";
  const std::string text = raw("%s %z", path);
  CHECK(std::ranges::count(text, '\n') == 1);
  CHECK(text.find('\x1b') == std::string::npos);
}

TEST_CASE("what a daemon counts and knows fills the columns that are undefined without one") {
  ListedMap map;
  const auto format = RowFormat::parse("%0 %1 %2 %3 %4 %x %Q", map_wildcards()).value();
  CHECK(render_maps(format, std::span(&map, 1), Layout::raw) ==
        "0 [undef] [undef] [undef] [undef] [undef] -\n");
  map.history = MapHistory{.path_faults = 1,
                           .switches = 2,
                           .loads = 3,
                           .queued_seconds = 4,
                           .queue_timeouts = 5,
                           .failures = 6};
  map.queueing = "7 sec";
  CHECK(render_maps(format, std::span(&map, 1), Layout::raw) == "1 2 3 4 5 6 7 sec\n");

  ListedPath path;
  CHECK(cell_of(path, 'C') == "[undef]");
  path.next_check = "XX........ 1/5";
  CHECK(cell_of(path, 'C') == "XX........ 1/5");
  CHECK(cell_of(path, '?').empty());
}
