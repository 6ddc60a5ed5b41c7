#include <cstdio>
#include <fstream>
#include <sstream>
#include <string>

#include <doctest/doctest.h>

#include "multipath/config/keywords.h"

using namespace multipath;

TEST_CASE("the manual describes every keyword and why some have no effect") {
  std::ifstream file("man/multipath.conf.5");
  if (!file) {
    std::puts("SKIP: man/multipath.conf.5 is not below the working directory");
    return;
  }
  std::ostringstream content;
  content << file.rdbuf();
  const std::string manual = content.str();
  for (const Keyword& keyword : keywords()) {
    CAPTURE(keyword.name);
    const auto entry = manual.find(".It Ic " + std::string(keyword.name) + "\n");
    REQUIRE(entry != std::string::npos);
    if (keyword.effect.status == KeywordStatus::obeyed) continue;
    const auto end = manual.find("\n.It", entry + 1);
    const std::string text = manual.substr(entry, end - entry);
    const bool says_so =
        text.find("no effect") != std::string::npos || text.find("Obsolete") != std::string::npos;
    CHECK(says_so);
  }
}
