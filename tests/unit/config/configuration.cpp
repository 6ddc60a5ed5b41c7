#include "multipath/config/configuration.h"

#include <algorithm>
#include <set>

#include <doctest/doctest.h>

using namespace multipath;

namespace {

const std::string sample =
    "defaults {\n"
    "  user_friendly_names yes\n"
    "  find_multipaths smart\n"
    "  path_grouping_policy multibus\n"
    "  no_path_retry 12\n"
    "}\n"
    "blacklist {\n"
    "  devnode \"^sdz\"\n"
    "  wwid \"^35\"\n"
    "  protocol \"scsi:usb\"\n"
    "  device {\n"
    "    vendor \"Acme\"\n"
    "    product \"Local\"\n"
    "  }\n"
    "}\n"
    "blacklist_exceptions {\n"
    "  wwid \"^3500\"\n"
    "}\n"
    "devices {\n"
    "  device {\n"
    "    vendor \"Acme\"\n"
    "    product \"Array\"\n"
    "    prio weightedpath\n"
    "    prio_args \"hbtl 1:.:.:. 2\"\n"
    "    features \"3 queue_if_no_path pg_init_retries 50\"\n"
    "  }\n"
    "}\n"
    "overrides {\n"
    "  fast_io_fail_tmo 8\n"
    "  protocol {\n"
    "    type \"scsi:fcp\"\n"
    "    fast_io_fail_tmo 9\n"
    "    dev_loss_tmo infinity\n"
    "  }\n"
    "}\n"
    "multipaths {\n"
    "  multipath {\n"
    "    wwid 3600\n"
    "    alias oracle\n"
    "    no_path_retry queue\n"
    "  }\n"
    "}\n";

Configuration loaded(std::initializer_list<ConfigurationText> files) {
  const auto result = Configuration::load(std::vector(files));
  if (!result) {
    for (const Diagnostic& diagnostic : result.error()) MESSAGE(to_string(diagnostic));
  }
  REQUIRE(result);
  return *result;
}

std::string told(const std::string& text) {
  const auto result = Configuration::load(std::vector{ConfigurationText{"f", text}});
  std::string lines;
  for (const Diagnostic& diagnostic : result ? result->warnings() : result.error())
    lines += to_string(diagnostic) + "\n";
  return lines;
}

}  // namespace

TEST_CASE("without a file the hardware table and the built-in defaults hold") {
  const Configuration configuration;
  CHECK(configuration.globals().find_multipaths.value == FindMultipaths::on);
  const UnitSettings unit = configuration.settings_for_unit({"IBM", "2145", "", "", "36"});
  CHECK(unit.policy.value == PathGroupingPolicy::group_by_prio);
  CHECK(to_string(unit.policy.origin) == "hardware table, row IBM ^2145");
  CHECK(unit.no_path_retry.value == NoPathRetry{NoPathRetry::Kind::queue, 0});
  CHECK(kernel_features(unit) == std::vector<std::string>{"queue_if_no_path"});
  CHECK(unit.selector.value.name == "service-time");
  CHECK(to_string(unit.selector.origin) == "built-in default");
  CHECK(!unit.alias.value);
  const DeviceSettings path = configuration.settings_for_device({"DELL", "MD38xxf", "", "", ""});
  CHECK(path.prioritizer.value == PrioritizerKind::rdac);
  CHECK(path.checker.value == CheckerKind::rdac);
  CHECK(path.fast_io_fail_tmo.value == TransportTimeout{TransportTimeout::Kind::seconds, 5});
  CHECK(!path.dev_loss_tmo.value);
}

TEST_CASE("the nearest section decides, and each value says which") {
  const Configuration configuration = loaded({{"/etc/multipath.conf", sample}});
  const UnitSettings unit =
      configuration.settings_for_unit({"Acme", "Array", "", "scsi:fcp", "3600"});
  CHECK(unit.alias.value == "oracle");
  CHECK(to_string(unit.alias.origin) == "/etc/multipath.conf:39 (multipath)");
  CHECK(unit.no_path_retry.value == NoPathRetry{NoPathRetry::Kind::queue, 0});
  CHECK(unit.policy.value == PathGroupingPolicy::multibus);
  CHECK(unit.policy.origin.place.line == 4);
  CHECK(unit.features.value == std::vector<std::string>{"pg_init_retries", "50"});
  const UnitSettings other =
      configuration.settings_for_unit({"IBM", "2145", "", "scsi:iscsi", "3601"});
  CHECK(other.policy.value == PathGroupingPolicy::group_by_prio);
  CHECK(!other.alias.value);
  const auto path = configuration.settings_for_device({"Acme", "Array", "", "scsi:fcp", "3600"});
  CHECK(path.prioritizer.value == PrioritizerKind::weightedpath);
  CHECK(path.prioritizer_arguments.value == "hbtl 1:.:.:. 2");
  CHECK(path.fast_io_fail_tmo.value->seconds == 9);
  CHECK(to_string(path.fast_io_fail_tmo.origin) == "/etc/multipath.conf:32 (overrides protocol)");
  CHECK(path.dev_loss_tmo.value->kind == TransportTimeout::Kind::infinity);
  const auto iscsi = configuration.settings_for_device({"Acme", "Array", "", "scsi:iscsi", ""});
  CHECK(iscsi.fast_io_fail_tmo.value->seconds == 8);
}

TEST_CASE("queue_if_no_path among the features queues where no_path_retry is not set") {
  const Configuration configuration = loaded(
      {{"f",
        "devices {\n device {\n vendor A\n product B\n features \"1 queue_if_no_path\"\n}\n}\n"}});
  const UnitSettings unit = configuration.settings_for_unit({"A", "B", "", "", ""});
  CHECK(unit.no_path_retry.value == NoPathRetry{NoPathRetry::Kind::queue, 0});
  CHECK(unit.no_path_retry.origin.place.line == 5);
  CHECK(unit.features.value.empty());
}

TEST_CASE("of several device sections that match, the last that sets a keyword decides") {
  const Configuration configuration = loaded({{"f",
                                               "devices {\n"
                                               " device {\n vendor A\n product B\n"
                                               "  failback 7\n  no_path_retry 3\n }\n"
                                               " device {\n vendor A\n product \".*\"\n"
                                               "  no_path_retry 4\n }\n}\n"}});
  const UnitSettings unit = configuration.settings_for_unit({"A", "B", "", "", ""});
  CHECK(to_string(*unit.no_path_retry.value) == "4");
  CHECK(to_string(unit.failback.value) == "7");
}

TEST_CASE("later files add to earlier ones and win") {
  const Configuration configuration =
      loaded({{"a", "defaults {\n verbosity 3\n find_multipaths yes\n}\n"},
              {"b", "defaults {\n verbosity 1\n}\n"}});
  CHECK(configuration.globals().verbosity.value == 1);
  CHECK(configuration.globals().verbosity.origin.place.file == "b");
  CHECK(configuration.globals().find_multipaths.value == FindMultipaths::on);
}

TEST_CASE("a device section admits its product by page 0x83") {
  const Configuration configuration = loaded({{"f", sample}});
  HardwareTable table(configuration.hardware());
  REQUIRE(table.find("Acme", "Array") != nullptr);
  CHECK(table.find("Acme", "Array")->identification == Identification::page_83);
  CHECK(table.find("Acme", "Disk") == nullptr);
  const auto listed = configuration.identification_of("Acme", "Array");
  CHECK(listed.value == Identification::page_83);
  CHECK(to_string(listed.origin) == "f:20 (devices device)");
  CHECK(!configuration.identification_of("Acme", "Disk").value);
  CHECK(configuration.identification_of("IBM", "Universal Xport").value == Identification::never);
  CHECK(configuration.identification_of("ATA", "QEMU HARDDISK").value == Identification::never);
}

TEST_CASE("any error gives no configuration but a list of all findings") {
  const auto result = Configuration::load(std::vector{
      ConfigurationText{"a", "defaults {\n verbosity 3\n bogus 1\n}\n"},
      ConfigurationText{"b", "defaults {\n prio alau\n}\nblacklist {\n wwid \"*\"\n}\n"}});
  REQUIRE(!result);
  REQUIRE(result.error().size() == 3);
  CHECK(result.error()[0].place == Place{"a", 3, 2});
  CHECK(result.error()[0].severity == Diagnostic::Severity::warning);
  CHECK(result.error()[1].place == Place{"b", 2, 7});
  CHECK(result.error()[1].nearest == "alua");
  CHECK(result.error()[2].severity == Diagnostic::Severity::error);
}

TEST_CASE(
    "what can be left out is left out, with what applies instead and the nearest valid word") {
  CHECK(told("defaults {\n no_path_rety 5\n}\n") ==
        "f:2:2: warning: unknown keyword 'no_path_rety' in section defaults; the line is skipped; "
        "did you mean 'no_path_retry'?\n");
  CHECK(told("defualts {\n verbosity 5\n}\n") ==
        "f:1:1: warning: unknown section 'defualts' at top level; the section is skipped; did "
        "you mean 'defaults'?\n");
  CHECK(told("defaults {\n alias x\n}\n") ==
        "f:2:2: warning: 'alias' is not allowed in section defaults; it belongs in: multipath; the "
        "line is skipped\n");
  CHECK(told("defaults {\n verbosity 99\n}\n") ==
        "f:2:12: warning: verbosity '99': expected a number from 0 to 4; the line is skipped: an "
        "earlier line in defaults applies, or else the built-in \"2\"\n");
  CHECK(told("defaults {\n path_selector \"queue-length\"\n}\n") ==
        "f:2:16: warning: path_selector 'queue-length': the number of words is missing before the "
        "words, as in \"queue-length 0\"; the line is skipped: an earlier line in defaults "
        "applies, or else the built-in \"service-time 0\"\n");
  CHECK(told("verbosity 3\n") ==
        "f:1:1: warning: 'verbosity' is outside any section; the line is skipped\n");
  CHECK(told("multipaths {\n multipath {\n wwid 1\n alias a\n path_checker tur\n }\n}\n") ==
        "f:5:2: warning: 'path_checker' is not allowed in section multipath; it belongs in: "
        "defaults, device of devices, overrides; the line is skipped: overrides, devices, the "
        "hardware table and defaults "
        "apply\n");
  CHECK(told("defaults {\n alias_prefix\n}\n") ==
        "f:2:2: warning: 'alias_prefix' has no value; the line is skipped: an earlier line in "
        "defaults applies, or else the built-in \"mpath\"\n");
}

TEST_CASE("an ignored value keeps the layer below in force") {
  const Configuration configuration =
      loaded({{"f",
               "defaults {\n no_path_retry 7\n no_path_retry soon\n}\n"
               "devices {\n device {\n vendor A\n product B\n no_path_retry never\n }\n}\n"
               "multipaths {\n multipath {\n wwid 36\n alias red\n failback inmediate\n }\n}\n"}});
  const UnitSettings unit = configuration.settings_for_unit({"A", "B", "", "", "36"});
  CHECK(to_string(*unit.no_path_retry.value) == "7");
  CHECK(unit.alias.value == "red");
  CHECK(configuration.warnings().size() == 3);
}

TEST_CASE("keywords of other versions are reported with their successors") {
  CHECK(
      told(
          "defaults {\n udev_dir /dev\n selector \"round-robin 0\"\n getuid_callout \"/x\"\n}\n") ==
      "f:2:2: warning: udev_dir is obsolete and has no effect here: multipath-tools has dropped "
      "it\n"
      "f:3:2: warning: selector is obsolete and has no effect here: multipath-tools has dropped "
      "it; "
      "write path_selector instead\n"
      "f:4:2: warning: getuid_callout is obsolete and has no effect here: multipath-tools has "
      "dropped "
      "it; write uid_attribute instead\n");
  CHECK(told("devices {\n device {\n all_devs yes\n vendor A\n product B\n }\n}\n") ==
        "f:3:2: warning: all_devs is obsolete and has no effect here: only older multipath-tools "
        "of Red Hat have it; write section overrides instead\n");
  CHECK(told("devnode_blacklist {\n devnode \"^sda\"\n}\n") ==
        "f:1:1: warning: devnode_blacklist is obsolete and has no effect here: multipath-tools has "
        "dropped "
        "it; write blacklist instead\n");
}

TEST_CASE("a lost rule of a blacklist is an error, since the disk would be taken") {
  const auto is_error = [](const std::string& text) {
    const std::string lines = told(text);
    return lines.find(": error: ") != std::string::npos;
  };
  CHECK(is_error("blacklist {\n wwid \"*(\"\n}\n"));
  CHECK(is_error("blacklist {\n wwid\n}\n"));
  CHECK(is_error("blacklist {\n wwdi \"^35\"\n}\n"));
  CHECK(is_error("blacklist {\n wwid 35 36\n}\n"));
  CHECK(is_error("blacklist_exceptions {\n property \"[\"\n}\n"));
  CHECK(is_error("blacklist {\n device {\n vendor \"*\"\n product A\n }\n}\n"));
  CHECK(is_error("blacklist {\n device {\n vendr A\n product \".*\"\n }\n}\n"));
  CHECK(is_error("blaklist {\n wwid 36\n}\n"));
  CHECK(is_error("forbidden {\n devnode \"^sda\"\n}\n"));
  CHECK(is_error("devnode \"^sda\"\n"));
  CHECK(is_error("devices {\n device {\n vendor A\n product B\n product_blacklist \"(\"\n }\n}\n"));
  CHECK(told("blacklist {\n wwid \"*\"\n}\n") ==
        "f:2:7: error: wwid '*': not a regular expression: nothing to repeat before '*'; \".*\" "
        "matches any text\n");
  CHECK(!is_error("blacklist {\n device {\n vendor A\n product B\n path_checker tur\n }\n}\n"));
}

TEST_CASE("several entries on a line are an error, extra words are not") {
  const std::string several = told("defaults {\n no_path_retry 5 fast_io_fail_tmo 3\n}\n");
  CHECK(several ==
        "f:2:18: error: unexpected 'fast_io_fail_tmo' after a complete entry; write one entry per "
        "line, and quote a value that contains blanks\n");
  CHECK(told("defaults {\n polling_interval 5 ; five\n}\n") ==
        "f:2:21: warning: ';' after the value is ignored: \"5\" applies; a comment begins with "
        "'#'\n");
  CHECK(told("defaults {\n path_selector round-robin 0\n}\n") ==
        "f:2:28: warning: a value that contains blanks needs quotes: path_selector \"round-robin "
        "0\"; the line is skipped: an earlier line in defaults applies, or else the built-in "
        "\"service-time "
        "0\"\n");
  CHECK(told("multipaths {\n multipath {\n wwid 1 2\n }\n}\n")
            .find("f:3:9: error: unexpected '2' after") == 0);
}

TEST_CASE("no suggestion is the opposite of the value") {
  const auto meant = [](std::string_view keyword, std::string_view value) {
    const auto result = Configuration::load(std::vector{ConfigurationText{
        "f", "defaults {\n " + std::string(keyword) + " " + std::string(value) + "\n}\n"}});
    REQUIRE(result);
    REQUIRE(result->warnings().size() == 1);
    return result->warnings().front().nearest;
  };
  for (const char* word : {"on", "true", "enabled", "Yes", "yess", "ye", "y", "ON"})
    CHECK(meant("detect_prio", word) == (std::string(word) == "y" ? "" : "yes"));
  for (const char* word : {"off", "false", "disabled", "No", "noo", "never", "none"})
    CHECK(meant("detect_prio", word) == "no");
  for (const char* word : {"es", "mo", "x", "maybe"}) CHECK(meant("detect_prio", word) == "");
  CHECK(meant("find_multipaths", "onn") == "on");
  CHECK(meant("find_multipaths", "of") == "off");
  CHECK(meant("find_multipaths", "true") == "on");
}

TEST_CASE("sections without their key are ignored") {
  CHECK(told("multipaths {\n multipath {\n alias x\n }\n}\n") ==
        "f:2:2: warning: this multipath section has no wwid; the section is skipped\n");
  CHECK(told("devices {\n device {\n vendor x\n }\n}\n") ==
        "f:2:2: warning: this device has no product; the section is skipped\n");
  CHECK(told("blacklist {\n device {\n }\n}\n") ==
        "f:2:2: warning: this device has neither vendor nor product; the section is skipped\n");
  CHECK(told("overrides {\n protocol {\n dev_loss_tmo 5\n }\n}\n") ==
        "f:2:2: warning: this protocol section has no type; the section is skipped\n");
  CHECK(told("device {\n vendor x\n product y\n}\n") ==
        "f:1:1: warning: section device is not allowed at top level; the section is skipped\n");
}

TEST_CASE("a device that no product can be is left out, and the others hold") {
  CHECK(told("devices {\n device {\n vendor LIO\n product \"*\"\n }\n}\n") ==
        "f:4:10: warning: product '*': not a regular expression: nothing to repeat before '*'; "
        "\".*\" matches any text; the section matches nothing and is skipped\n");
  CHECK(told("devices {\n device {\n vendor \"COMPAQ  \"\n product \"MSA1000\"\n }\n}\n") ==
        "f:2:2: warning: vendor 'COMPAQ  ' cannot match: without trailing blanks a vendor has at "
        "most 8 bytes; the section is skipped\n");
  CHECK(told("devices {\n device {\n vendor NVME\n product \"a model of twenty-nine letters\"\n "
             "}\n}\n") == "");
  const Configuration configuration = loaded(
      {{"f",
        "devices {\n device {\n vendor \"A\"\n no_path_retry 1\n }\n device {\n vendor A\n product "
        "B\n"
        " no_path_retry 2\n }\n device {\n vendor A\n product \"[\"\n no_path_retry 3\n }\n}\n"}});
  CHECK(configuration.devices().size() == 1);
  CHECK(to_string(*configuration.settings_for_unit({"A", "B", "", "", ""}).no_path_retry.value) ==
        "2");
}

TEST_CASE("a duplicate or invalid alias is ignored") {
  const auto with_alias = [](const std::string& a, const std::string& b) {
    return "multipaths {\n multipath {\n wwid 1\n alias " + a +
           "\n }\n multipath {\n wwid 2\n alias " + b + "\n }\n}\n";
  };
  CHECK(told(with_alias("x", "y")) == "");
  CHECK(told(with_alias("x", "x")) ==
        "f:8:2: warning: alias 'x' already belongs to wwid 1, see f:4:2; the alias is skipped, and "
        "the unit is named without it\n");
  CHECK(told(with_alias("x", "a/b")) ==
        "f:8:2: warning: alias 'a/b' contains a slash; the alias is skipped, and the unit is named "
        "without it\n");
  CHECK(told(with_alias("\"x y\"", "x\\x20y")).find("already belongs to wwid") !=
        std::string::npos);
  CHECK(told(with_alias("x", "control")).find("f:8:2: warning: alias 'control'") == 0);
  const Configuration configuration = loaded({{"f", with_alias("x", "x")}});
  CHECK(configuration.settings_for_unit({"", "", "", "", "1"}).alias.value == "x");
  CHECK(!configuration.settings_for_unit({"", "", "", "", "2"}).alias.value);
}

TEST_CASE("patterns are limited across all files") {
  std::string text = "blacklist {\n";
  for (int i = 0; i < 3000; ++i) text += " wwid \"(x?){200}a1\"\n";
  text += "}\n";
  const std::string lines = told(text);
  CHECK(lines.find("all patterns up to here together are too large") != std::string::npos);
  CHECK(std::ranges::count(lines, '\n') == 1);
  std::string plain = "blacklist {\n";
  for (int i = 0; i < 20000; ++i) plain += " wwid \"^36001405" + std::to_string(i) + "$\"\n";
  CHECK(told(plain + "}\n") == "");
}

TEST_CASE("a section with a wrong line is reported once") {
  CHECK(told("overrides {\n protocol {\n  type scsi:xx\n }\n}\n")
            .starts_with("f:3:8: warning: type 'scsi:xx': expected scsi:fcp, "));
  CHECK(told("devices {\n device {\n  vendor\n  product B\n }\n}\n") ==
        "f:3:3: warning: 'vendor' has no value; the section matches nothing and is skipped\n");
  CHECK(told("multipaths {\n multipath {\n  wwid\n }\n}\n") ==
        "f:3:3: warning: 'wwid' has no value; the section matches nothing and is skipped\n");
  for (const char* text : {"overrides {\n protocol {\n  type scsi:xx\n }\n}\n",
                           "overrides {\n protocol {\n  type\n }\n}\n"}) {
    const std::string report = told(text);
    CHECK(std::ranges::count(report, '\n') == 1);
    CHECK(report.find("; the section matches nothing and is skipped") != std::string::npos);
  }
}

TEST_CASE("a section on one line is one mistake, and the lines below it are read") {
  CHECK(
      told("devices {\n device { vendor \"x\" product \"y\" }\n}\ndefaults {\n bogus 1\n}\n") ==
      "f:2:11: error: unexpected 'vendor' behind the '{' of section device; write each entry, and "
      "the '}', on a line of its own\n"
      "f:5:2: warning: unknown keyword 'bogus' in section defaults; the line is skipped\n");
  CHECK(
      told("blacklist { wwid 36\n}\n") ==
      "f:1:13: error: unexpected 'wwid' behind the '{' of section blacklist; write each entry, and "
      "the '}', on a line of its own\n");
  CHECK(
      told("defaults { }\n") ==
      "f:1:12: error: unexpected '}' behind the '{' of section defaults; write each entry, and the "
      "'}', on a line of its own\n");
}

TEST_CASE("a comment can silence the note about a keyword without effect") {
  CHECK(told("defaults {\n ghost_delay 5  # has no effect here\n}\n") == "");
}

TEST_CASE("a keyword without effect is reported once, with the reason") {
  CHECK(told("defaults {\n ghost_delay 5\n max_fds 7\n}\ndefaults {\n ghost_delay 6\n}\n") ==
        "f:2:2: note: ghost_delay has no effect here: only the daemon monitors paths; this "
        "program checks them when it runs\n"
        "f:3:2: note: max_fds has no effect here: it configures the daemon only\n");
}

TEST_CASE("a duplicate keyword is a warning, and the last one wins") {
  CHECK(told("defaults {\n verbosity 1\n verbosity 3\n}\n") ==
        "f:3:2: warning: verbosity occurs twice in this section: this line applies, not "
        "line 2\n");
}

TEST_CASE("a deleted or doubled token of the sample is reported on its line") {
  // Tokens with the lines and columns where they stand.
  struct Where {
    std::size_t begin;
    std::size_t end;
    std::uint32_t line;
  };
  std::vector<Where> tokens;
  std::uint32_t line = 1;
  for (std::size_t at = 0; at < sample.size();) {
    if (sample[at] == '\n') ++line;
    if (sample[at] == ' ' || sample[at] == '\n') {
      ++at;
      continue;
    }
    std::size_t end = at;
    if (sample[at] == '"') {
      end = sample.find('"', at + 1) + 1;
    } else {
      end = sample.find_first_of(" \n", at);
    }
    tokens.push_back({at, end, line});
    at = end;
  }
  CHECK(tokens.size() > 70);
  const auto lines_told = [](const std::string& text) {
    std::set<std::uint32_t> lines;
    const auto result = Configuration::load(std::vector{ConfigurationText{"f", text}});
    for (const Diagnostic& diagnostic : result ? result->warnings() : result.error())
      lines.insert(diagnostic.place.line);
    return lines;
  };
  const auto opened_in = [&](std::size_t close) {  // line of the '{' that a '}' closes
    int depth = 0;
    for (std::size_t i = close; i-- > 0;) {
      const char first = sample[tokens[i].begin];
      if (first == '}') ++depth;
      if (first == '{' && depth-- == 0) return tokens[i].line;
    }
    return 0U;
  };
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    const Where& token = tokens[i];
    const std::string word = sample.substr(token.begin, token.end - token.begin);
    CAPTURE(word);
    CAPTURE(token.line);
    std::string without = sample;
    without.erase(token.begin, word.size());
    const auto told_without = lines_told(without);
    bool right = told_without.contains(token.line);
    // A missing '}' is seen where the section began or where the next one cannot.
    if (word == "}") {
      right = told_without.contains(opened_in(i));
      for (std::size_t next = i + 1; next < tokens.size() && !right; ++next) {
        right = told_without.contains(tokens[next].line);
        if (sample[tokens[next].begin] != '}' && tokens[next].line > token.line + 2) break;
      }
    }
    CHECK(right);
    std::string twice = sample;
    twice.insert(token.begin, word + " ");
    CHECK(lines_told(twice).contains(token.line));
  }
}
