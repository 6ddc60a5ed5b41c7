#include "multipath/host/live/live_mount_namespaces.h"

#include <linux/magic.h>
#include <linux/openat2.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <unistd.h>

#include "libsg/file_descriptor.h"
#include "multipath/host/live/file_tree.h"

namespace multipath {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

std::error_code code_of(int error) { return {error, std::generic_category()}; }

/// The child's task, prepared before fork(2): after the fork the child makes only system calls, as
/// another thread may have held the allocator's lock.
struct Visit {
  int name_space;
  int report;  ///< the write end of the pipe
  pid_t parent;
  const char* mount_point;  ///< nullptr: wait to be killed while the parent reads
  std::uint64_t mount_id;
};

/// A hung child must not keep the disk locks of its parent.
void close_all_but(int one, int other) {
  const auto low = static_cast<unsigned>(std::min(one, other));
  const auto high = static_cast<unsigned>(std::max(one, other));
  if (low > 0) ::close_range(0, low - 1, 0);
  if (high > low + 1) ::close_range(low + 1, high - 1, 0);
  ::close_range(high + 1, ~0U, 0);
}

/// Linux before 5.6 has no openat2(2); there, links in the path are followed.
int open_mount_point(const char* path) {
  open_how how{};
  how.flags = O_PATH | O_CLOEXEC | O_NOFOLLOW;
  how.resolve = RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS;
  const auto opened = ::syscall(SYS_openat2, AT_FDCWD, path, &how, sizeof how);
  if (opened >= 0 || (errno != ENOSYS && errno != EPERM)) return static_cast<int>(opened);
  return ::open(path, O_PATH | O_CLOEXEC | O_NOFOLLOW);
}

/// Returns errno or 0. statx(2) returns the number of a mount since Linux 5.8.
int unmount_here(const Visit& visit) {
  const int mount_point = open_mount_point(visit.mount_point);
  if (mount_point < 0) return errno;
  struct statx status{};
  const int got =
      ::statx(mount_point, "", AT_EMPTY_PATH | AT_STATX_DONT_SYNC, STATX_MNT_ID, &status);
  const int error = errno;
  ::close(mount_point);  // an open file would keep the mount busy
  if (got != 0) return error;
  if ((status.stx_mask & STATX_MNT_ID) != 0 && status.stx_mnt_id != visit.mount_id) return ESTALE;
  return ::umount2(visit.mount_point, UMOUNT_NOFOLLOW) == 0 ? 0 : errno;
}

void report(const Visit& visit, int error) {
  while (::write(visit.report, &error, sizeof error) < 0 && errno == EINTR) {
  }
}

/// Runs in the child, with signals blocked: the parent handles Ctrl-C between two steps.
[[noreturn]] void live_inside(const Visit& visit) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::prctl(PR_SET_DUMPABLE, 0);
  if (::getppid() != visit.parent) ::_exit(1);
  close_all_but(visit.name_space, visit.report);
  // setns(2) also changes root and working directory to those of the namespace.
  const int entered = ::setns(visit.name_space, CLONE_NEWNS) == 0 ? 0 : errno;
  report(visit, entered == 0 && visit.mount_point != nullptr ? unmount_here(visit) : entered);
  while (entered == 0 && visit.mount_point == nullptr) ::pause();
  ::_exit(0);
}

class BlockedSignals {
 public:
  BlockedSignals() {
    sigset_t all;
    sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  ~BlockedSignals() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  BlockedSignals(const BlockedSignals&) = delete;
  BlockedSignals& operator=(const BlockedSignals&) = delete;

 private:
  sigset_t before_{};
};

/// A child inside the namespace; the destructor kills and reaps it.
class Visitor {
 public:
  Visitor(int name_space, const char* mount_point, std::uint64_t mount_id) {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
      error_ = errno;
      return;
    }
    answer_ = scsi::FileDescriptor(ends[0]);
    scsi::FileDescriptor report(ends[1]);
    const Visit visit{name_space, *report, ::getpid(), mount_point, mount_id};
    const BlockedSignals blocked;
    pid_ = ::fork();
    if (pid_ == 0) live_inside(visit);
    if (pid_ < 0) error_ = errno;
  }
  ~Visitor() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    // A process in state D cannot be killed: leave it to init.
    constexpr int most_looks = 100;
    for (int look = 0; look < most_looks && ::waitpid(pid_, nullptr, WNOHANG) == 0; ++look)
      ::poll(nullptr, 0, 10);
  }
  Visitor(const Visitor&) = delete;
  Visitor& operator=(const Visitor&) = delete;

  pid_t pid() const { return pid_; }

  /// Returns the errno or 0 that the child reports.
  int answer(milliseconds limit) {
    if (error_ != 0) return error_;
    const auto deadline = Clock::now() + limit;
    for (;;) {
      const auto left = std::chrono::ceil<milliseconds>(deadline - Clock::now());
      pollfd pipe{.fd = *answer_, .events = POLLIN, .revents = 0};
      const auto pause = std::clamp<long long>(left.count(), 0, 60'000);
      const int ready = ::poll(&pipe, 1, static_cast<int>(pause));
      if (ready < 0 && errno != EINTR) return errno;
      if (ready > 0) break;
      if (ready == 0 && left.count() <= 0) return ETIMEDOUT;
    }
    int result = 0;
    const ssize_t got = ::read(*answer_, &result, sizeof result);
    return got == static_cast<ssize_t>(sizeof result) ? result : ECHILD;
  }

 private:
  pid_t pid_ = -1;
  int error_ = 0;
  scsi::FileDescriptor answer_;
};

class LiveMountNamespace final : public MountNamespace {
 public:
  explicit LiveMountNamespace(scsi::FileDescriptor file) : file_(std::move(file)) {}

  std::error_code unmount(const std::string& mount_point, int mount_id,
                          milliseconds limit) override {
    Visitor visitor(*file_, mount_point.c_str(), static_cast<std::uint64_t>(mount_id));
    return code_of(visitor.answer(limit));
  }

  /// Reads through this process's /proc: the namespace may have mounted anything on its own /proc.
  std::optional<std::string> mountinfo() override {
    constexpr milliseconds patience{10'000};
    Visitor visitor(*file_, nullptr, 0);
    if (visitor.answer(patience) != 0) return std::nullopt;
    const FileTree proc("/proc");
    auto text = proc.read(fmt::format("{}/mountinfo", visitor.pid()));
    if (!text || text->empty()) return std::nullopt;
    return text;
  }

 private:
  scsi::FileDescriptor file_;
};

}  // namespace

std::unique_ptr<MountNamespace> LiveMountNamespaces::open(int pid, std::uint64_t inode) {
  const std::string path = fmt::format("/proc/{}/ns/mnt", pid);
  const auto fail = [&](int error) {
    throw std::system_error(code_of(error), "cannot open mount namespace " + path);
  };
  scsi::FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY));
  if (!file) fail(errno);
  struct stat status{};
  struct stat own{};
  struct statfs system{};
  if (::fstat(*file, &status) != 0 || ::fstatfs(*file, &system) != 0 ||
      ::stat("/proc/self/ns/mnt", &own) != 0)
    fail(errno);
  const bool same = system.f_type == NSFS_MAGIC && status.st_dev == own.st_dev &&
                    status.st_ino == static_cast<ino_t>(inode);
  if (!same) fail(ESTALE);
  return std::make_unique<LiveMountNamespace>(std::move(file));
}

}  // namespace multipath
