/// The rows of multipath-tools 0.14.3, each with its settings: against the committed list, and, where
/// a folder of facts lies beside the checkout, against the rows as multipath-tools' source names them.
///
///     list  = header line, then a line a row, its columns separated by tabs:
///             vendor product product_blacklist settings
///     facts = the same, with a column for each setting

#include <cstdio>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "multipath/config/hardware_table.h"

using namespace multipath;

namespace {

using Settings = std::map<std::string, std::string>;
using Columns = std::map<std::string, std::string>;

std::vector<std::string> fields(const std::string& line) {
  std::vector<std::string> result(1);
  for (const char c : line) {
    if (c == '\t') {
      result.emplace_back();
    } else {
      result.back() += c;
    }
  }
  return result;
}

/// Lines of tab-separated values by the names in the first line; empty when there is no such file.
std::vector<Columns> read_table(const std::string& file) {
  std::ifstream stream(file);
  std::vector<Columns> rows;
  std::string line;
  if (!std::getline(stream, line)) return rows;
  const std::vector<std::string> names = fields(line);
  while (std::getline(stream, line)) {
    const std::vector<std::string> values = fields(line);
    REQUIRE(values.size() == names.size());
    Columns& row = rows.emplace_back();
    for (std::size_t i = 0; i < names.size(); ++i) row[names[i]] = values[i];
  }
  return rows;
}

const HardwareEntry* row_of(const std::string& vendor, const std::string& product) {
  for (const HardwareEntry& entry : built_in_hardware()) {
    if (entry.vendor == vendor && entry.product == product) return &entry;
  }
  return nullptr;
}

Settings settings_in(const HardwareEntry& entry) {
  Settings settings;
  for (const auto& [name, value] : entry.settings) settings.emplace(name, value);
  return settings;
}

/// "prio alua; no_path_retry 30"
Settings settings_in(std::string text) {
  Settings settings;
  std::istringstream stream(text);
  for (std::string word; std::getline(stream >> std::ws, word, ';');) {
    const std::size_t blank = word.find(' ');
    settings.emplace(word.substr(0, blank), word.substr(blank + 1));
  }
  return settings;
}

/// The column's name and value as multipath.conf spells them.
std::pair<std::string, std::string> in_words(const std::string& column, const std::string& value) {
  static const std::map<std::string, std::string> keywords{
      {"checker_name", "path_checker"},     {"pgpolicy", "path_grouping_policy"},
      {"pgfailback", "failback"},           {"prio_name", "prio"},
      {"fast_io_fail", "fast_io_fail_tmo"}, {"dev_loss", "dev_loss_tmo"},
      {"vpd_vendor_id", "vpd_vendor"},
  };
  static const std::map<std::string, std::string> values{
      {"DEFAULT_NVME_UID_ATTRIBUTE", "ID_WWN"},
      {"-FAILBACK_IMMEDIATE", "immediate"},
      {"NO_PATH_RETRY_QUEUE", "queue"},
      {"NO_PATH_RETRY_FAIL", "fail"},
      {"(300 / DEFAULT_CHECKINT)", "60"},
      {"MAX_DEV_LOSS_TMO", "infinity"},
      {"VPD_VP_HP3PAR", "hp3par"},
      {"DETECT_CHECKER_OFF", "no"},
      {"DETECT_PRIO_OFF", "no"},
      {"USER_FRIENDLY_NAMES_OFF", "no"},
      {"FLUSH_ALWAYS", "always"},
  };
  const auto keyword = keywords.find(column);
  const std::string name = keyword == keywords.end() ? column : keyword->second;
  if (const auto known = values.find(value); known != values.end()) return {name, known->second};
  std::string text = value.starts_with("PRIO_") ? value.substr(5) : value;
  const bool is_name = column == "checker_name" || column == "pgpolicy" || column == "prio_name";
  for (char& c : text) {
    if (is_name && c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return {name, text};
}

}  // namespace

TEST_CASE("the hardware table equals the committed list, row by row") {
  const auto expected = read_table("tests/unit/config/hardware_rows.tsv");
  REQUIRE(expected.size() == 137);
  auto entry = built_in_hardware().begin();
  for (const Columns& row : expected) {
    CAPTURE(row.at("vendor"));
    CAPTURE(row.at("product"));
    REQUIRE(entry != built_in_hardware().end());
    CHECK(entry->vendor == row.at("vendor"));
    CHECK(entry->product == row.at("product"));
    CHECK(entry->product_blacklist == row.at("product_blacklist"));
    CHECK(settings_in(*entry) == settings_in(row.at("settings")));
    ++entry;
  }
}

TEST_CASE("each row of the hardware table equals multipath-tools' source") {
  const auto facts = read_table("../shared/data/hardware-0.14.3.tsv");
  if (facts.empty()) {
    std::puts("SKIP: no rows in ../shared/data/hardware-0.14.3.tsv");
    return;
  }
  CHECK(facts.size() == 137);
  for (const Columns& row : facts) {
    CAPTURE(row.at("vendor"));
    CAPTURE(row.at("product"));
    const HardwareEntry* entry = row_of(row.at("vendor"), row.at("product"));
    REQUIRE(entry != nullptr);
    CHECK(entry->product_blacklist == row.at("bl_product"));
    CHECK(row.at("revision").empty());
    Settings wanted;
    for (const auto& [column, value] : row) {
      const bool is_key = column == "vendor" || column == "product" || column == "bl_product";
      if (!is_key && !value.empty()) wanted.insert(in_words(column, value));
    }
    // Naming a handler makes the kernel attach it; multipath-tools leaves that to the kernel.
    Settings ours = settings_in(*entry);
    ours.erase("hardware_handler");
    CHECK(ours == wanted);
  }
}
