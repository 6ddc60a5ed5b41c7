#include "multipath/config/whitelist.h"

#include <vector>

#include <doctest/doctest.h>

#include "multipath/config/configuration.h"
#include "tests/support/contains.h"

using namespace multipath;
using tests::contains;

namespace {

Path path(Recognition recognition, const std::string& kname = "sda") {
  Path result;
  result.kname = kname;
  result.vendor = "ACME";
  result.product = "Disk";
  result.recognition = recognition;
  return result;
}

bool admits(Whitelist whitelist, const std::vector<Path>& paths, bool known = false) {
  return admission_of(whitelist, paths, known).admitted;
}

}  // namespace

TEST_CASE("listed hardware is admitted by every rule, and so is a unit of the wwids file") {
  for (const Whitelist rule : {Whitelist::strict, Whitelist::identity, Whitelist::any}) {
    CHECK(admits(rule, {path(Recognition::listed)}));
    CHECK(admits(rule, {path(Recognition::unlisted)}, true));
  }
}

TEST_CASE("strict admits only listed units, identity NAA ones, any all") {
  const std::vector<Path> naa{path(Recognition::agreed_naa), path(Recognition::agreed_naa, "sdb")};
  const std::vector<Path> mixed{path(Recognition::agreed_naa), path(Recognition::unlisted, "sdb")};
  CHECK(!admits(Whitelist::strict, naa));
  CHECK(admits(Whitelist::identity, naa));
  CHECK(!admits(Whitelist::identity, mixed));
  CHECK(admits(Whitelist::any, mixed));
}

TEST_CASE("a rejection names the hardware and the deviating path") {
  const std::vector<Path> mixed{path(Recognition::agreed_naa), path(Recognition::unlisted, "sdb")};
  const std::string strict = admission_of(Whitelist::strict, mixed, false).rule;
  CHECK(contains(strict, "whitelist strict: vendor 'ACME' product 'Disk' is not in the hardware"));
  CHECK(contains(admission_of(Whitelist::identity, mixed, false).rule, "sdb gives no NAA 5 or"));
}

TEST_CASE("the whitelist of the configuration is identity where nothing is set") {
  CHECK(Configuration().globals().whitelist.value == Whitelist::identity);
  for (const char* word : {"strict", "identity", "any"}) {
    const std::vector<ConfigurationText> files{
        {"f", std::string("defaults {\n whitelist ") + word + "\n}\n"}};
    CHECK(to_string(Configuration::load(files).value().globals().whitelist.value) == word);
  }
}
