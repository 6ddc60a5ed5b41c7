#include <vector>

#include <doctest/doctest.h>

#include "multipath/view/path_list_text.h"

using namespace multipath;

TEST_CASE("the list of no paths is its header") {
  CHECK(render_path_list({}) ==
        "===== paths list =====\n"
        "uuid hcil dev dev_t pri dm_st chk_st vend/prod/rev dev_st\n");
}
