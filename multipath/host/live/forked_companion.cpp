#include "multipath/host/live/forked_companion.h"

#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <system_error>

#include <fcntl.h>
#include <libdevmapper.h>
#include <unistd.h>

#include "multipath/host/live/unix_stream.h"

namespace multipath {
namespace {

[[noreturn]] void fail(const char* doing) {
  throw std::system_error(errno, std::generic_category(), doing);
}

/// Standard input and output become /dev/null, standard error stays, `socket` becomes 3, and all
/// other files of the parent are closed.
int keep_only(int socket) {
  constexpr int place = 3;
  // libdevmapper keeps its control node open; it would use the number for another file.
  dm_lib_exit();
  const int null = ::open("/dev/null", O_RDWR);
  ::dup2(null, STDIN_FILENO);
  ::dup2(null, STDOUT_FILENO);
  if (socket != place) ::dup2(socket, place);
  ::fcntl(place, F_SETFD, FD_CLOEXEC);
  ::close_range(place + 1, ~0U, 0);
  return place;
}

[[noreturn]] void run(const std::function<void(ByteStream&)>& work, int socket, pid_t parent) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(1);
  sigset_t none;
  sigemptyset(&none);
  std::signal(SIGCHLD, SIG_DFL);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  int status = 0;
  try {
    // Never destroyed: a thread of the work may still wait for a device, and then reply.
    auto* stream = new UnixStream(scsi::FileDescriptor(keep_only(socket)));
    work(*stream);
  } catch (const std::exception&) {
    status = 1;
  }
  ::_exit(status);
}

}  // namespace

ForkedCompanion::ForkedCompanion(std::function<void(ByteStream&)> work) : work_(std::move(work)) {}

ForkedCompanion::~ForkedCompanion() { end(); }

/// A process that waits for a device dies when the device lets it: nobody waits for that.
void ForkedCompanion::end() {
  if (process_ > 0) ::kill(process_, SIGKILL);
  while (::waitpid(-1, nullptr, WNOHANG) > 0) {
  }
  process_ = 0;
  socket_ = scsi::FileDescriptor();
  unsent_.clear();
}

void ForkedCompanion::start() {
  end();
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends.data()) != 0)
    fail("cannot create a socket for the process that queries devices");
  socket_ = scsi::FileDescriptor(ends[0]);
  const scsi::FileDescriptor other(ends[1]);
  const pid_t parent = ::getpid();
  const pid_t child = ::fork();
  if (child < 0) fail("cannot start the process that queries devices");
  if (child == 0) run(work_, *other, parent);
  process_ = child;
}

void ForkedCompanion::send(std::string_view bytes) {
  unsent_ += bytes;
  flush();
}

void ForkedCompanion::flush() {
  std::size_t sent = 0;
  while (sent < unsent_.size()) {
    const ssize_t count =
        ::send(*socket_, unsent_.data() + sent, unsent_.size() - sent, MSG_NOSIGNAL);
    if (count < 0 && errno == EINTR) continue;
    // A dead process is noticed by receive().
    if (count < 0) break;
    sent += static_cast<std::size_t>(count);
  }
  unsent_.erase(0, sent);
}

Companion::Received ForkedCompanion::receive() {
  constexpr std::size_t most = std::size_t{1} << 20U;
  constexpr std::size_t step = std::size_t{64} << 10U;
  Received received;
  while (received.bytes.size() < most) {
    const std::size_t before = received.bytes.size();
    received.bytes.resize(before + step);
    const ssize_t count = ::recv(*socket_, received.bytes.data() + before, step, 0);
    received.bytes.resize(before + static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
    if (count > 0 || (count < 0 && errno == EINTR)) continue;
    received.ended = count == 0 || errno != EAGAIN;
    break;
  }
  return received;
}

}  // namespace multipath
