#include "multipath/config/keywords.h"

#include <algorithm>
#include <limits>
#include <map>
#include <set>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "multipath/config/configuration.h"
#include "multipath/config/hardware_table.h"

using namespace multipath;

namespace {

std::string canonical(std::string_view name, Section section, std::string_view value) {
  const Keyword* keyword = find_keyword(name, section);
  REQUIRE(keyword != nullptr);
  const auto result = keyword->codec.read(value);
  return result ? result->text() : "rejected: " + result.error();
}

}  // namespace

TEST_CASE("each row of the hardware table compiles and is valid configuration") {
  for (const HardwareEntry& entry : built_in_hardware()) {
    CAPTURE(entry.vendor);
    CAPTURE(entry.product);
    CHECK(Pattern::compile(entry.vendor));
    CHECK(Pattern::compile(entry.product));
    CHECK(Pattern::compile(entry.product_blacklist));
    std::set<std::string_view> seen;
    for (const auto& [name, value] : entry.settings) {
      CAPTURE(name);
      CAPTURE(value);
      CHECK(seen.insert(name).second);
      const Keyword* keyword = find_keyword(name, Section::device);
      REQUIRE(keyword != nullptr);
      CHECK(canonical(name, Section::device, value) == value);
    }
  }
}

TEST_CASE("every built-in value is valid and canonical") {
  for (const Keyword& keyword : keywords()) {
    CAPTURE(keyword.name);
    if (const auto value = keyword.built_in_value()) CHECK(value->text() == keyword.built_in);
    CHECK((keyword.effect.status == KeywordStatus::obeyed) == keyword.effect.reason.empty());
    CHECK(keyword.meaning.ends_with('.'));
    CHECK(keyword.sections.bits != 0);
  }
}

TEST_CASE("a keyword occurs once per section") {
  std::set<std::pair<std::string_view, std::uint32_t>> seen;
  for (const Keyword& keyword : keywords()) {
    for (std::uint32_t bit = 1; bit < (1U << 16U); bit <<= 1U) {
      if ((keyword.sections.bits & bit) == 0) continue;
      CAPTURE(keyword.name);
      CHECK(seen.emplace(keyword.name, bit).second);
    }
  }
}

TEST_CASE("values take the form that the packaged tool prints") {
  CHECK(canonical("user_friendly_names", Section::defaults, "1") == "yes");
  CHECK(canonical("find_multipaths", Section::defaults, "no") == "off");
  CHECK(canonical("verbosity", Section::defaults, "+3") == "3");
  CHECK(canonical("verbosity", Section::defaults, "003") == "3");
  CHECK(canonical("verbosity", Section::defaults, "-1").starts_with("rejected"));
  CHECK(canonical("verbosity", Section::defaults, "99999999999999999999").starts_with("rejected"));
  CHECK(canonical("no_path_retry", Section::device, "0") == "fail");
  CHECK(canonical("no_path_retry", Section::multipath, "queue") == "queue");
  CHECK(canonical("features", Section::device, "1 queue_if_no_path") == "1 queue_if_no_path");
  CHECK(canonical("features", Section::device, "2 queue_if_no_path").starts_with("rejected"));
  CHECK(canonical("path_selector", Section::defaults, "round-robin  0") == "round-robin 0");
  CHECK(canonical("path_selector", Section::defaults, "").starts_with("rejected"));
  CHECK(canonical("mode", Section::multipath, "644") == "0644");
  CHECK(canonical("mode", Section::multipath, "8").starts_with("rejected"));
  CHECK(canonical("checker", Section::device, "tur") == "tur");
  CHECK(canonical("wwid", Section::blacklist, "!^3") == "!^3");
  CHECK(canonical("wwid", Section::blacklist, "*(").starts_with("rejected"));
  CHECK(canonical("type", Section::protocol, "scsi:fcp") == "scsi:fcp");
  CHECK(canonical("reservation_key", Section::multipath, "0X1f") == "0x1f");
}

TEST_CASE("literal patterns and regular expressions match alike") {
  const auto matches = [](std::string_view expression, std::string_view text) {
    const auto pattern = Pattern::compile(expression);
    REQUIRE(pattern);
    return pattern->matches(text);
  };
  CHECK(matches("", "anything"));
  CHECK(matches(".*", ""));
  CHECK(matches("IBM", "xIBMx"));
  CHECK(!matches("^IBM", "xIBM"));
  CHECK(matches("^(HP|HPE)$", "HPE"));
  CHECK(!matches("^(HP|HPE)$", "HPEX"));
  CHECK(matches("(HP|HPE)", "aHPb"));
  CHECK(matches("^", "x"));
  CHECK(matches("a|b", "xb"));
  CHECK(matches("(a|b)(c|d)", "xbdx"));
  CHECK(!matches("^(a|b)|c$", "xax"));
  CHECK(matches("^(a|b)|c$", "xc"));
}

TEST_CASE("an expression that would exhaust memory is rejected") {
  CHECK(!Pattern::compile(std::string(2000, '(')));
  CHECK(!Pattern::compile("((a{255}){255}){255}"));
  CHECK(!Pattern::compile("a{1,99999999999999999999999}"));
  CHECK(!Pattern::compile(std::string_view("a\0b", 3)));
  CHECK(Pattern::compile("a{1,255}"));
}

TEST_CASE("a number out of the range of its keyword is reported, and its limits are not") {
  // Times of a run and of --watch end at an hour and a day: 5000 is meant as milliseconds.
  const std::map<std::string_view, std::int64_t> seconds{{"checker_timeout", 3600},
                                                         {"find_multipaths_timeout", 3600},
                                                         {"polling_interval", 86400},
                                                         {"max_polling_interval", 86400}};
  std::size_t numbers = 0;
  for (const Keyword& keyword : keywords()) {
    CAPTURE(keyword.name);
    const Codec& codec = keyword.codec;
    if (codec.kind != ValueKind::number) continue;
    ++numbers;
    REQUIRE(codec.least < codec.most);
    CHECK(codec.most < std::numeric_limits<std::uint32_t>::max());
    if (const auto limit = seconds.find(keyword.name); limit != seconds.end())
      CHECK(codec.most == limit->second);
    for (const std::int64_t value : {codec.least, codec.most})
      CHECK(codec.read(std::to_string(value)));
    for (const std::string& value :
         {std::to_string(codec.least - 1), std::to_string(codec.most + 1),
          std::string("99999999999999999999"), std::string("-99999999999999999999"),
          std::string("0x10"), std::string("5s")}) {
      CAPTURE(value);
      const auto read = codec.read(value);
      REQUIRE(!read);
      CHECK(read.error() == "expected " + codec.expectation());
    }
    const bool is_global = keyword.sections.contains(Section::defaults);
    REQUIRE(is_global);
    const std::vector<ConfigurationText> files{
        {"f", fmt::format("defaults {{\n{} {}\n}}\n", keyword.name, codec.most + 1)}};
    const Diagnostics mistakes = Configuration::review(files).mistakes;
    if (keyword.effect.status == KeywordStatus::obsolete) continue;
    REQUIRE(mistakes.size() == 1);
    CHECK(mistakes[0].severity == Diagnostic::Severity::warning);
    CHECK(mistakes[0].what.starts_with(fmt::format("{} '{}': expected a number from {} to {}",
                                                   keyword.name, codec.most + 1, codec.least,
                                                   codec.most)));
  }
  CHECK(numbers >= 30);
}

TEST_CASE("a mode, owner or key out of range is reported") {
  for (const auto& [name, value] : {std::pair{"mode", "010000"},
                                    {"mode", "0888"},
                                    {"mode", "-1"},
                                    {"uid", "4294967295"},
                                    {"gid", "4294967295"},
                                    {"uid", "-1"},
                                    {"reservation_key", "0x10000000000000000"}}) {
    CAPTURE(name);
    CAPTURE(value);
    CHECK(canonical(name, Section::defaults, value).starts_with("rejected: "));
  }
  CHECK(canonical("mode", Section::defaults, "07777") == "07777");
}
