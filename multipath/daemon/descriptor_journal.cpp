#include "multipath/daemon/descriptor_journal.h"

#include <climits>

#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include "multipath/model/printable.h"

namespace multipath::daemon {
namespace {

constexpr std::size_t most_kept = std::size_t{256} << 10U;

bool takes_bytes(int descriptor) {
  pollfd ready{.fd = descriptor, .events = POLLOUT, .revents = 0};
  return ::poll(&ready, 1, 0) > 0 && (ready.revents & POLLOUT) != 0;
}

}  // namespace

void DescriptorJournal::add(const Finding& finding) {
  const std::string line =
      fmt::format("multipathd: {}: {}\n", printable(finding.subject), printable(finding.text));
  if (kept_.size() + line.size() > most_kept)
    ++dropped_;
  else
    kept_ += line;
  flush();
}

void DescriptorJournal::flush() {
  // A pipe that is ready takes so many bytes at once; so does the socket of the system's journal.
  constexpr std::size_t piece = PIPE_BUF;
  while (!kept_.empty() && takes_bytes(descriptor_)) {
    const ssize_t count = ::write(descriptor_, kept_.data(), std::min(piece, kept_.size()));
    if (count <= 0) break;
    kept_.erase(0, static_cast<std::size_t>(count));
  }
  if (dropped_ == 0 || kept_.size() > most_kept / 2) return;
  kept_ += fmt::format("multipathd: {} lines are missing here: nobody read them in time\n",
                       std::exchange(dropped_, 0));
}

}  // namespace multipath::daemon
