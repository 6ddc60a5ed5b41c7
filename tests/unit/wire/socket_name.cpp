#include "multipath/wire/socket_name.h"

#include <doctest/doctest.h>

using namespace multipath::wire;

TEST_CASE(
    "socket name: the pathname before the abstract name, unless the environment has another") {
  const std::vector<std::string> both{"/run/multipathd.socket",
                                      "@/org/kernel/linux/storage/multipathd"};
  CHECK(socket_names(std::nullopt) == both);
  CHECK(socket_names("") == both);
  CHECK(socket_names("/tmp/x") == std::vector<std::string>{"/tmp/x"});
  CHECK(socket_names("@x") == std::vector<std::string>{"@x"});
}
