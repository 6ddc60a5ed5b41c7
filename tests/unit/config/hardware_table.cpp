#include "multipath/config/hardware_table.h"

#include <set>

#include <doctest/doctest.h>

using namespace multipath;

TEST_CASE("the hardware table has the packaged tool's arrays, each once") {
  std::size_t arrays = 0;
  std::set<std::pair<std::string_view, std::string_view>> gateways;
  std::set<std::pair<std::string_view, std::string_view>> products;
  for (const HardwareEntry& entry : built_in_hardware()) {
    CAPTURE(entry.vendor);
    CAPTURE(entry.product);
    CHECK(products.emplace(entry.vendor, entry.product).second);
    if (entry.identification != Identification::never) ++arrays;
    if (!entry.product_blacklist.empty()) gateways.emplace(entry.vendor, entry.product_blacklist);
    if (entry.product == "cvfsctl") gateways.emplace(entry.vendor, entry.product);
  }
  CHECK(arrays >= 137);
  CHECK(gateways.size() >= 16);
}

TEST_CASE("the last matching row wins, and gateways are not paths") {
  constexpr HardwareEntry entries[] = {
      {"A", "", Identification::page_83, {}, "Gate"},
      {"A", "Special", Identification::page_80, {}, ""},
  };
  HardwareTable table(entries);
  REQUIRE(table.find("A", "Special") != nullptr);
  CHECK(table.find("A", "Special")->identification == Identification::page_80);
  CHECK(table.find("A", "Other")->identification == Identification::page_83);
  CHECK(table.find("A", "Special Gate")->identification == Identification::never);
  CHECK(table.find("B", "Special") == nullptr);
  REQUIRE(table.find("A", "Special Gate", Gateways::admitted) != nullptr);
  CHECK(table.find("A", "Special Gate", Gateways::admitted)->identification ==
        Identification::page_80);
}
