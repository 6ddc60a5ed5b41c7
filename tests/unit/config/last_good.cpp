#include "multipath/config/last_good.h"

#include <doctest/doctest.h>

using namespace multipath;

namespace {

const std::vector<ConfigurationText> files{
    {"/etc/multipath.conf", "defaults {\n verbosity 3\n}"},
    {"/etc/multipath/conf.d/a b.conf", "# file: 3 x\nmultipaths {\n}\n"},
    {"/etc/multipath/conf.d/empty.conf", ""},
};

}  // namespace

TEST_CASE("a copy of the configuration is read back with its time") {
  const std::string text = last_good_text(files, "2025-07-01T12:00:00Z");
  const auto copy = parse_last_good(text);
  REQUIRE(copy);
  CHECK(copy->time == "2025-07-01T12:00:00Z");
  CHECK(is_copy_of(*copy, files));
  CHECK(!is_copy_of(*copy, std::span(files).first(2)));
  const auto none = parse_last_good(last_good_text({}, "t"));
  REQUIRE(none);
  CHECK(none->files.empty());
}

TEST_CASE("a copy is a configuration with the same meaning") {
  const auto own = Configuration::load(files);
  const auto copied = Configuration::load(
      std::vector{ConfigurationText{"copy", last_good_text(files, "2025-07-01T12:00:00Z")}});
  REQUIRE(own);
  REQUIRE(copied);
  CHECK(copied->globals().verbosity.value == 3);
  CHECK(copied->warnings().empty());
}

TEST_CASE("a truncated copy or other text is rejected") {
  const std::string text = last_good_text(files, "2025-07-01T12:00:00Z");
  for (std::size_t length = 0; length < text.size(); ++length) {
    const auto copy = parse_last_good(text.substr(0, length));
    // A cut between two files looks whole, and lacks the files behind it.
    if (copy) CHECK(!is_copy_of(*copy, files));
  }
  CHECK(!parse_last_good("defaults {\n}\n"));
  std::string longer = text;
  longer.replace(longer.find("# file: "), 8, "# file: 9999999999999999999999");
  CHECK(!parse_last_good(longer));
}
