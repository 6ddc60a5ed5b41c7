#include <doctest/doctest.h>

#include "multipath/config/configuration.h"

using namespace multipath;

namespace {

Configuration configured(const std::string& text) {
  const auto result = Configuration::load(std::vector{ConfigurationText{"f", text}});
  REQUIRE(result);
  return *result;
}

bool refused(const Configuration& configuration, const BlacklistSubject& subject) {
  return first_refusal(configuration.blacklist().judge(subject)).has_value();
}

BlacklistSubject disk(const std::string& wwid = "3600", const std::string& product = "Array") {
  return {.devnode = std::string("sda"),
          .vendor = std::string("Acme"),
          .product = product,
          .protocol = std::string("scsi:fcp"),
          .wwid = wwid,
          .properties = std::nullopt};
}

}  // namespace

TEST_CASE("without a file only kinds of nodes and gateway units are blacklisted") {
  const Configuration configuration;
  const Blacklist& list = configuration.blacklist();
  using enum Verdict::Decision;
  CHECK(list.judge_devnode("sda").decision == allowed);
  CHECK(list.judge_devnode("sdaa").decision == allowed);
  CHECK(list.judge_devnode("loop0").decision == blacklisted);
  CHECK(to_string(list.judge_devnode("loop0")) ==
        "devnode loop0: blacklisted by devnode \"!^(sd[a-z]|dasd[a-z]|nvme[0-9])\" (built-in "
        "default)");
  CHECK(list.judge_device("IBM", "2145").decision == allowed);
  CHECK(list.judge_device("DELL", "Universal Xport").decision == blacklisted);
  CHECK(to_string(list.judge_device("DELL", "Universal Xport")) ==
        "device DELL Universal Xport: blacklisted by device vendor \"DELL\" product \"Universal "
        "Xport\" (hardware table, row DELL ^MD3)");
  CHECK(list.judge_wwid("36").decision == allowed);
}

TEST_CASE("each kind of rule is evaluated in the packaged order, with its line") {
  const Configuration configuration = configured(
      "blacklist {\n devnode \"^sda$\"\n wwid 3600\n protocol fcp\n device {\n vendor Acme\n }\n "
      "property SCSI_IDENT\n}\n");
  BlacklistSubject subject = disk();
  subject.properties = {"ID_SERIAL", "SCSI_IDENT_SERIAL"};
  const auto verdicts = configuration.blacklist().judge(subject);
  REQUIRE(verdicts.size() == 5);
  CHECK(verdicts[0].kind == RuleKind::property);
  CHECK(verdicts[0].is_exception);
  const RuleKind order[] = {RuleKind::property, RuleKind::devnode, RuleKind::device,
                            RuleKind::protocol, RuleKind::wwid};
  for (std::size_t i = 0; i < verdicts.size(); ++i) CHECK(verdicts[i].kind == order[i]);
  CHECK(to_string(verdicts[1]) ==
        "devnode sda: blacklisted by devnode \"^sda$\" (f:2 (blacklist))");
  CHECK(verdicts[4].origin->place.line == 3);
  CHECK(first_refusal(verdicts)->kind == RuleKind::devnode);
}

TEST_CASE("an exception beats the rules of its own kind only") {
  const std::string rules = "blacklist {\n wwid \".*\"\n}\n";
  CHECK(refused(configured(rules), disk()));
  CHECK(!refused(configured(rules + "blacklist_exceptions {\n wwid ^3600\n}\n"), disk()));
  CHECK(refused(configured(rules + "blacklist_exceptions {\n devnode sda\n}\n"), disk()));
}

TEST_CASE("'!' negates a rule") {
  const Configuration configuration = configured(
      "blacklist {\n wwid \"!^36\"\n device {\n vendor Acme\n product \"!^Arr\"\n }\n}\n");
  CHECK(!refused(configuration, disk()));
  CHECK(refused(configuration, disk("35")));
  CHECK(refused(configuration, disk("3600", "Other")));
}

TEST_CASE("a device with an identity but without required properties is rejected") {
  const Configuration configuration;
  const Blacklist& list = configuration.blacklist();
  using enum Verdict::Decision;
  CHECK(list.judge_properties({"ID_SERIAL", "ID_WWN"}, "ID_SERIAL").decision == allowed);
  CHECK(list.judge_properties({"ID_SERIAL", "DEVNAME"}, "ID_SERIAL").decision == blacklisted);
  CHECK(list.judge_properties({"DEVNAME"}, "ID_SERIAL").decision == allowed);
  CHECK(to_string(list.judge_properties({"ID_SERIAL"}, "ID_SERIAL")) ==
        "property 1 properties: blacklisted, no property that blacklist_exceptions names");
}

TEST_CASE("unknown facts of a device are not judged") {
  const BlacklistSubject subject{.devnode = std::nullopt,
                                 .vendor = std::nullopt,
                                 .product = std::nullopt,
                                 .protocol = std::nullopt,
                                 .wwid = std::string("36"),
                                 .properties = std::nullopt};
  CHECK(Configuration().blacklist().judge(subject).size() == 1);
}

TEST_CASE("a verdict's trail is exceptions, then rules, each up to the first that matches") {
  const Configuration configuration = configured(
      "blacklist {\n wwid a\n wwid \"^36\"\n wwid b\n}\n"
      "blacklist_exceptions {\n wwid \"^3605\"\n wwid \"^3604\"\n}\n");
  const Blacklist& list = configuration.blacklist();
  RuleTrials tried;
  CHECK(list.judge_wwid("3600", &tried).decision == Verdict::Decision::blacklisted);
  REQUIRE(tried.size() == 4);
  CHECK(tried[0].is_exception);
  CHECK(tried[1].rule == "wwid \"^3604\"");
  CHECK(tried[2].rule == "wwid \"a\"");
  CHECK_FALSE(tried[2].matches);
  CHECK(tried[3].matches);
  CHECK(tried[3].origin.place.line == 3);
  tried.clear();
  CHECK(list.judge_wwid("3605", &tried).decision == Verdict::Decision::allowed);
  REQUIRE(tried.size() == 1);
  CHECK(tried[0].matches);
}

TEST_CASE("a verdict is the same with its trail and without") {
  const Configuration configuration = configured(
      "blacklist {\n devnode \"^sd[a-c]\"\n device {\n vendor A\n }\n property X\n}\n"
      "blacklist_exceptions {\n devnode sdb\n property ID_WWN\n}\n");
  const Blacklist& list = configuration.blacklist();
  RuleTrials tried;
  for (const char* name : {"sda", "sdb", "sdd", "loop0", "A", "X", "ID_WWN"}) {
    CHECK(list.judge_devnode(name) == list.judge_devnode(name, &tried));
    CHECK(list.judge_device(name, name) == list.judge_device(name, name, &tried));
    CHECK(list.judge_properties({name, "ID_SERIAL"}, "ID_SERIAL") ==
          list.judge_properties({name, "ID_SERIAL"}, "ID_SERIAL", &tried));
  }
}
