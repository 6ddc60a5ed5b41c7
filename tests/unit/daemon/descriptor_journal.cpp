#include "multipath/daemon/descriptor_journal.h"

#include <array>

#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>

#include "libsg/file_descriptor.h"

using namespace multipath;
using namespace multipath::daemon;

namespace {

struct Pipe {
  scsi::FileDescriptor out;
  scsi::FileDescriptor in;
  Pipe() {
    std::array<int, 2> ends{};
    REQUIRE(::pipe2(ends.data(), O_NONBLOCK | O_CLOEXEC) == 0);
    out = scsi::FileDescriptor(ends[0]);
    in = scsi::FileDescriptor(ends[1]);
  }
  std::string read() const {
    std::string text(std::size_t{1} << 20U, '\0');
    const ssize_t count = ::read(*out, text.data(), text.size());
    text.resize(static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
    return text;
  }
};

}  // namespace

TEST_CASE("a line of the journal is printable, whatever a device is called") {
  const Pipe pipe;
  DescriptorJournal journal(*pipe.in);
  journal.warn("sd\x1b[2Ja", "two\nlines");
  const std::string line = pipe.read();
  CHECK(line.starts_with("multipathd: sd"));
  CHECK(line.find('\x1b') == std::string::npos);
  CHECK(line.find('\n') == line.size() - 1);
}

TEST_CASE("a journal that nobody reads delays nothing; lines are kept, then counted") {
  const Pipe pipe;
  DescriptorJournal journal(*pipe.in);
  const std::string text(1000, 'x');
  for (int i = 0; i < 1000; ++i) journal.note("sda", text);
  CHECK(journal.has_kept());
  std::string all;
  for (int i = 0; i < 100; ++i) {
    all += pipe.read();
    journal.flush();
  }
  all += pipe.read();
  CHECK_FALSE(journal.has_kept());
  CHECK(all.size() > (std::size_t{256} << 10U));
  CHECK(all.find(" lines are missing here") != std::string::npos);
}
