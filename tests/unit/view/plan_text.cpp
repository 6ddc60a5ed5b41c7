#include "multipath/view/plan_text.h"

#include <doctest/doctest.h>

using namespace multipath;

namespace {

Outcome outcome(Verb verb, const std::string& reason, const std::string& error) {
  return {.action = {.verb = verb,
                     .desired = {.wwid = *Wwid::from_text("3600"),
                                 .name = "mpatha",
                                 .size_sectors = 2048,
                                 .features = {},
                                 .hardware_handler = {},
                                 .selector_arguments = {},
                                 .groups = {}},
                     .current = std::nullopt,
                     .reason = reason},
          .error = error};
}

}  // namespace

TEST_CASE("a map to be created is shown with its table") {
  CHECK(render_outcomes(std::vector{outcome(Verb::create, "2 paths", "")}) ==
        "create  mpatha  2 paths\n"
        "        table: 0 2048 multipath 0 0 0 0\n");
}

TEST_CASE("a correct or renamed map is one line") {
  CHECK(render_outcomes(std::vector{outcome(Verb::nothing, "up to date", ""),
                                    outcome(Verb::rename, "name is x", "")}) ==
        "nothing mpatha  up to date\n"
        "rename  mpatha  name is x\n");
}

TEST_CASE("a failure is shown, a rejection only once") {
  CHECK(render_outcomes(std::vector{outcome(Verb::rename, "name is x", "no\x1b"),
                                    outcome(Verb::refuse, "sizes differ", "sizes differ")}) ==
        "rename  mpatha  name is x\n"
        "        failed: no.\n"
        "reject  mpatha  sizes differ\n");
}
