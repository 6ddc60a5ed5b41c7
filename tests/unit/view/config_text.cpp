#include "multipath/view/config_text.h"

#include <doctest/doctest.h>

using namespace multipath;

namespace {

Configuration configured(const std::string& text) {
  const auto result = Configuration::load(std::vector{ConfigurationText{"f", text}});
  if (!result) {
    for (const Diagnostic& diagnostic : result.error()) MESSAGE(to_string(diagnostic));
  }
  REQUIRE(result);
  return *result;
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

const std::string sample =
    "defaults {\n user_friendly_names 1\n verbosity 3\n}\n"
    "blacklist {\n wwid \"^35\"\n}\n"
    "devices {\n device {\n vendor Acme\n product \"15\"\" SSD\"\n no_path_retry 4\n }\n}\n"
    "overrides {\n protocol {\n type \"scsi:fcp\"\n dev_loss_tmo infinity\n }\n}\n"
    "multipaths {\n multipath {\n wwid 36\n alias a\n alias b\n }\n}\n";

}  // namespace

TEST_CASE("the configuration in force is shown in the syntax of multipath.conf") {
  const std::string text = render(configured(sample), {});
  CHECK(text.starts_with(
      "defaults {\n\tverbosity 3\n\tpolling_interval 5\n\tmax_polling_interval 20\n"));
  CHECK(has(text, "\tuser_friendly_names \"yes\"\n"));
  CHECK(has(text, "\tprio_args \"\"\n"));
  CHECK(has(text, "blacklist {\n\tdevnode \"!^(sd[a-z]|dasd[a-z]|nvme[0-9])\"\n\twwid \"^35\"\n"));
  CHECK(has(text, "\tdevice {\n\t\tvendor \"Acme\"\n\t\tproduct \"15\"\" SSD\"\n"));
  CHECK(has(text, "\t\tvendor \"IBM\"\n\t\tproduct \"^2145\"\n"));
  CHECK(has(text, "\tprotocol {\n\t\ttype \"scsi:fcp\"\n\t\tdev_loss_tmo \"infinity\"\n\t}\n"));
  CHECK(has(text, "\tmultipath {\n\t\twwid \"36\"\n\t\talias \"b\"\n\t}\n"));
}

TEST_CASE("each value is shown with its origin on request") {
  const std::string text =
      render(configured(sample), {ConfigurationView::Origins::show, std::nullopt, {}});
  CHECK(has(text, "\tverbosity 3  # f:3 (defaults)\n"));
  CHECK(has(text, "\tpolling_interval 5  # built-in default\n"));
  CHECK(has(text, "\t\tprio \"alua\"  # hardware table, row IBM ^2145\n"));
  CHECK(has(text, "\twwid \"^35\"  # f:6 (blacklist)\n"));
}

TEST_CASE("only present hardware is shown on request") {
  ConfigurationView view;
  view.hardware = {{"IBM", "2145", "", "", ""}};
  view.units = {{"36", "b"}, {"37", "mpatha"}, {"38", "38"}};
  const std::string text = render(configured(sample), view);
  CHECK(has(text, "devices {\n\tdevice {\n\t\tvendor \"IBM\"\n\t\tproduct \"^2145\"\n"));
  CHECK(!has(text, "Acme"));
  CHECK(!has(text, "vendor \"PURE\""));
  CHECK(has(text, "\tmultipath {\n\t\twwid \"37\"\n\t\t# alias \"mpatha\"\n\t}\n"));
  CHECK(has(text, "\tmultipath {\n\t\twwid \"38\"\n\t}\n"));
}

TEST_CASE("the shown configuration reads back unchanged") {
  for (const auto origins : {ConfigurationView::Origins::hide, ConfigurationView::Origins::show}) {
    const Configuration first = configured(sample);
    const Configuration again = configured(render(first, {origins, std::nullopt, {}}));
    const Subject subject{"IBM", "2145", "", "scsi:fcp", "36"};
    CHECK(first.settings_for_unit(subject).alias.value ==
          again.settings_for_unit(subject).alias.value);
    CHECK(first.settings_for_unit(subject).policy.value ==
          again.settings_for_unit(subject).policy.value);
    CHECK(first.settings_for_device(subject).dev_loss_tmo.value ==
          again.settings_for_device(subject).dev_loss_tmo.value);
  }
}
