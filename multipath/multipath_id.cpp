#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <string>
#include <vector>

#include <unistd.h>

#include "multipath/claims/path_verdict.h"
#include "multipath/command/udev_answers.h"
#include "multipath/host/live/event_host.h"
#include "places.h"

// multipath_id: the static program that udev's rules run for each event instead of multipath, with
// the same arguments and answers. Loading multipath's shared libraries would cost more than the
// answer. Every request that multipath_id cannot answer itself it passes to multipath by execv(3).

namespace {

using namespace multipath;

std::optional<Answer> answer(const std::vector<std::string>& words) {
  if (::geteuid() != 0) return std::nullopt;
  std::vector<std::string> environment;
  for (char** variable = environ; *variable != nullptr; ++variable)
    environment.emplace_back(*variable);
  const char* former = std::getenv(verdict_property);
  // Never destroyed: the kernel closes its descriptors at the exit, without system calls of ours.
  static EventHost live(environment);
  return answer_in_short(live.host(), words, former != nullptr ? former : "");
}

bool print(std::string_view text) {
  while (!text.empty()) {
    const ssize_t put = ::write(STDOUT_FILENO, text.data(), text.size());
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return false;
    text.remove_prefix(static_cast<std::size_t>(put));
  }
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    if (const auto found = answer({argv + std::min(argc, 1), argv + argc}))
      _exit(print(found->out) ? found->status : 1);
  } catch (const std::exception&) {
    // As for what cannot be answered in short.
  }
  ::execv(MULTIPATH_PROGRAM, argv);
  const std::string text =
      std::string("multipath_id: cannot run " MULTIPATH_PROGRAM ": ") + std::strerror(errno) + "\n";
  [[maybe_unused]] const ssize_t put = ::write(STDERR_FILENO, text.data(), text.size());
  _exit(1);
}
