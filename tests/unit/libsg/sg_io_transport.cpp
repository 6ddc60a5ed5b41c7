#include "libsg/sg_io_transport.h"

#include <cerrno>
#include <system_error>

#include <doctest/doctest.h>

using namespace std::chrono_literals;

namespace {

int error_of_opening(std::string_view node) {
  try {
    scsi::SgIoTransport("/dev").open(node);
  } catch (const std::system_error& error) {
    return error.code().value();
  }
  return 0;
}

}  // namespace

TEST_CASE("a missing node cannot be opened, and the error names it") {
  CHECK(error_of_opening("no-such-disk") == ENOENT);
  CHECK_THROWS_WITH_AS(scsi::SgIoTransport("/dev").open("no-such-disk"),
                       doctest::Contains("no-such-disk"), std::system_error);
}

TEST_CASE("a name that is not a node below the directory is rejected") {
  using namespace std::string_view_literals;
  for (const auto node :
       {""sv, "."sv, ".."sv, "../etc/passwd"sv, "/dev/null"sv, "a/b"sv, "null\0x"sv}) {
    CHECK(error_of_opening(node) == EINVAL);
  }
}

TEST_CASE("a node without SCSI commands reports the kernel's reason") {
  const auto unit = scsi::SgIoTransport("/dev").open("null");
  for (int turn = 0; turn < 2; ++turn) {
    const auto response = unit->execute(scsi::inquiry(36, 1s));
    CHECK(response.delivery == scsi::Delivery::refused);
    CHECK(response.os_error == ENOTTY);
    CHECK(response.data.empty());
  }
}
