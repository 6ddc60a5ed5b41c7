#include <doctest/doctest.h>

#include "multipath/config/configuration.h"

using namespace multipath;

namespace {

std::string fixed(const std::string& text) {
  const Correction correction = corrected({"f", text});
  std::string left;
  for (const Diagnostic& diagnostic : correction.left) left += to_string(diagnostic) + "\n";
  CHECK(left == "");
  const auto again = Configuration::load(std::vector{ConfigurationText{"f", correction.text}});
  REQUIRE(again);
  CHECK(again->warnings().empty());
  return correction.text;
}

}  // namespace

TEST_CASE("an ignored line becomes a comment with the reason above it") {
  CHECK(fixed("defaults {\n\tno_path_xyz 5\n\tverbosity 3\n}\n") ==
        "defaults {\n"
        "\t# multipath: unknown keyword 'no_path_xyz' in section defaults; the line is skipped\n"
        "\t# no_path_xyz 5\n"
        "\tverbosity 3\n}\n");
  CHECK(fixed("devices {\n  device {\n\n    vendor X # why\n    # note\n  }\n}\n") ==
        "devices {\n"
        "  # multipath: this device has no product; the section is skipped\n"
        "  # device {\n\n    # vendor X # why\n    # note\n  # }\n}\n");
  CHECK(fixed("defaults {\n verbosity 1\n verbosity 2\n}\n") ==
        "defaults {\n # multipath: verbosity occurs again below\n # verbosity 1\n verbosity "
        "2\n}\n");
  CHECK(fixed("verbosity 3\r\ndefaults {\r\n}\r\n") ==
        "# multipath: 'verbosity' is outside any section\r\n# verbosity 3\r\n"
        "defaults {\r\n}\r\n");
}

TEST_CASE("a typing error becomes the one word that it can mean") {
  const struct {
    const char* text;
    const char* corrected;
  } cases[] = {
      {"defaults {\n\tno_path_rety 5 # x\n}\n",
       "defaults {\n\t# multipath: 'no_path_rety' corrected to 'no_path_retry'\n"
       "\tno_path_retry 5 # x\n}\n"},
      {"defaults {\n path_grouping_policy \"multbus\"\n}\n",
       "defaults {\n # multipath: 'multbus' corrected to 'multibus'\n"
       " path_grouping_policy \"multibus\"\n}\n"},
      {"defaults {\n detect_prio on\n}\n",
       "defaults {\n # multipath: 'on' corrected to 'yes'\n detect_prio yes\n}\n"},
      {"overrides {\n protocol {\n  type scsi:fpc\n  fast_io_fail_tmo 5\n }\n}\n",
       "overrides {\n protocol {\n  # multipath: 'scsi:fpc' corrected to 'scsi:fcp'\n"
       "  type scsi:fcp\n  fast_io_fail_tmo 5\n }\n}\n"},
      {"devices {\n device {\n  vendr A\n  product B\n }\n}\n",
       "devices {\n device {\n  # multipath: 'vendr' corrected to 'vendor'\n  vendor A\n"
       "  product B\n }\n}\n"},
      {"mutipaths {\n multipth {\n  wwid 1\n  alais a\n }\n}\n",
       "# multipath: 'mutipaths' corrected to 'multipaths'\nmultipaths {\n"
       " # multipath: 'multipth' corrected to 'multipath'\n multipath {\n  wwid 1\n"
       "  # multipath: 'alais' corrected to 'alias'\n  alias a\n }\n}\n"},
      // Errors: disks would be in use that were to be excluded.
      {"blacklst {\n devnod \"^sdb\"\n}\n",
       "# multipath: 'blacklst' corrected to 'blacklist'\nblacklist {\n"
       " # multipath: 'devnod' corrected to 'devnode'\n devnode \"^sdb\"\n}\n"},
      {"mutipaths\n{\n}\n",
       "# multipath: 'mutipaths' corrected to 'multipaths'\nmultipaths {\n\n}\n"},
  };
  for (const auto& [text, corrected] : cases) CHECK(fixed(text) == corrected);
}

TEST_CASE("a typing error that can mean several things becomes a comment") {
  // Two words are as near; the keyword is there already; the line has two entries.
  CHECK(
      fixed("multipaths {\n multipath {\n  wwid 1\n  pid 0\n }\n}\n") ==
      "multipaths {\n multipath {\n  wwid 1\n  # multipath: unknown keyword 'pid' in section "
      "multipath; the line is skipped: overrides, devices, the hardware table and defaults apply\n"
      "  # pid 0\n }\n}\n");
  CHECK(fixed("defaults {\n no_path_rety 5\n no_path_retry 7\n}\n") ==
        "defaults {\n # multipath: unknown keyword 'no_path_rety' in section defaults; the line is "
        "skipped\n # no_path_rety 5\n no_path_retry 7\n}\n");
  CHECK(fixed("defaults {\n no_path_rety 5 user_friendly_names yes\n}\n") ==
        "defaults {\n # multipath: unknown keyword 'no_path_rety' in section defaults; the line is "
        "skipped\n # no_path_rety 5 user_friendly_names yes\n}\n");
}

TEST_CASE("a correction that would reveal an error becomes a comment") {
  CHECK(fixed("devies {\n device {\n  vendor A product B\n }\n}\n") ==
        "# multipath: unknown section 'devies' at top level; the section is skipped\n"
        "# devies {\n # device {\n  # vendor A product B\n # }\n# }\n");
}

TEST_CASE("a setting that only the daemon uses stays, with a comment") {
  CHECK(fixed("defaults {\n ghost_delay 5\n max_fds 7 # many\n}") ==
        "defaults {\n ghost_delay 5  # has no effect here\n max_fds 7 # many  # has no effect "
        "here\n}");
}

TEST_CASE("extra words become a comment, and braces move to their sections") {
  CHECK(fixed("defaults {\n polling_interval 5 // five\n}\n") ==
        "defaults {\n polling_interval 5 # // five\n}\n");
  CHECK(fixed("multipaths\n{\n  multipath # one\n  { # x\n    wwid 3600\n  }\n}\n") ==
        "multipaths {\n\n  multipath { # one\n   # x\n    wwid 3600\n  }\n}\n");
}

TEST_CASE("a second section for a wwid moves into the first") {
  CHECK(fixed("multipaths {\n multipath {\n  wwid 1\n  alias a\n }\n multipath {\n  wwid 1\n"
              "  no_path_retry 5\n }\n}\n") ==
        "multipaths {\n multipath {\n"
        "  # multipath: wwid occurs again below\n  # wwid 1\n"
        "  alias a\n  wwid 1\n  no_path_retry 5\n }\n"
        " # multipath: moved to the first section for this wwid\n"
        " # multipath {\n  # wwid 1\n  # no_path_retry 5\n # }\n}\n");
}

TEST_CASE("an error that requires a decision is kept") {
  for (const char* text : {"defaults {\n verbosity 3\n", "blacklist {\n wwid \"*\"\n}\n",
                           "defaults {\n prio \"const\n}\n", "}\n",
                           "defaults {\n verbosity 2 polling_interval 5\n}\n"}) {
    CAPTURE(text);
    const Correction correction = corrected({"f", text});
    CHECK(has_errors(correction.left));
  }
}

TEST_CASE("each injected error is corrected without changing the settings") {
  const std::vector<std::string> mistakes{
      "bogus 1",
      "no_path_retry never",
      "udev_dir /dev",
      "alias_prefix",
      "rr_min_io 100",
      "path_selector round 0",
      "polling_interval 5 five",
      "prio_callout x",
      "features 1 queue_if_no_path",
      "foo {\n bar 1\n }",
      "\xc2\xa0",
      "wwid 36",
      "failback 3",
      "detect_prio on",
      "user_friendly_names yes",
  };
  const Subject subject{"A", "B", "", "scsi:fcp", "36"};
  for (const std::string& mistake : mistakes) {
    CAPTURE(mistake);
    const std::string text =
        "defaults {\n verbosity 3\n " + mistake +
        "\n}\ndevices {\n device {\n  vendor A\n  product B\n" +
        "  no_path_retry 4\n }\n}\nmultipaths {\n multipath {\n  wwid 36\n  alias red\n }\n}\n";
    const auto before = Configuration::load(std::vector{ConfigurationText{"f", text}});
    const auto after = Configuration::load(std::vector{ConfigurationText{"f", fixed(text)}});
    REQUIRE(before);
    REQUIRE(after);
    CHECK(before->globals().verbosity.value == after->globals().verbosity.value);
    CHECK(before->globals().polling_interval.value == after->globals().polling_interval.value);
    const UnitSettings& was = before->settings_for_unit(subject);
    const UnitSettings& is = after->settings_for_unit(subject);
    CHECK(was.alias.value == is.alias.value);
    CHECK(was.no_path_retry.value == is.no_path_retry.value);
    CHECK(was.user_friendly_names.value == is.user_friendly_names.value);
    CHECK(was.selector.value == is.selector.value);
  }
}
