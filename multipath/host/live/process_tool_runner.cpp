#include "multipath/host/live/process_tool_runner.h"

#include <sys/stat.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <unistd.h>

namespace multipath {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::size_t output_limit = 4U << 20;

[[noreturn]] void fail(int error, const std::string& program) {
  throw std::system_error(error, std::generic_category(), "cannot run " + program);
}

/// A program that other users may write to is not trusted.
bool is_trusted(const struct stat& status) {
  const bool is_own = status.st_uid == 0 || status.st_uid == ::geteuid();
  const mode_t others = status.st_gid == 0 ? S_IWOTH : S_IWOTH | S_IWGRP;
  return is_own && (status.st_mode & others) == 0;
}

/// One end of a pipe.
class PipeEnd {
 public:
  PipeEnd() = default;
  ~PipeEnd() { close(); }
  PipeEnd(const PipeEnd&) = delete;
  PipeEnd& operator=(const PipeEnd&) = delete;

  void take(int descriptor) { descriptor_ = descriptor; }
  void close() {
    if (descriptor_ >= 0) ::close(descriptor_);
    descriptor_ = -1;
  }
  int get() const { return descriptor_; }
  bool open() const { return descriptor_ >= 0; }

 private:
  int descriptor_ = -1;
};

struct Pipe {
  explicit Pipe(const std::string& program) {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) fail(errno, program);
    reader.take(ends[0]);
    writer.take(ends[1]);
    if (::fcntl(reader.get(), F_SETFL, O_NONBLOCK) != 0) fail(errno, program);
  }
  PipeEnd reader;
  PipeEnd writer;
};

class FileActions {
 public:
  FileActions() { posix_spawn_file_actions_init(&actions_); }
  ~FileActions() { posix_spawn_file_actions_destroy(&actions_); }
  FileActions(const FileActions&) = delete;
  FileActions& operator=(const FileActions&) = delete;
  posix_spawn_file_actions_t* get() { return &actions_; }

 private:
  posix_spawn_file_actions_t actions_{};
};

/// Starts the program in a process group of its own, so that the group can be killed, with default
/// handling of signals.
class Attributes {
 public:
  Attributes() {
    posix_spawnattr_init(&attributes_);
    sigset_t signals;
    sigemptyset(&signals);
    posix_spawnattr_setsigmask(&attributes_, &signals);
    sigaddset(&signals, SIGPIPE);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGCHLD);
    posix_spawnattr_setsigdefault(&attributes_, &signals);
    posix_spawnattr_setpgroup(&attributes_, 0);
    posix_spawnattr_setflags(
        &attributes_,
        static_cast<short>(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK));
  }
  ~Attributes() { posix_spawnattr_destroy(&attributes_); }
  Attributes(const Attributes&) = delete;
  Attributes& operator=(const Attributes&) = delete;
  const posix_spawnattr_t* get() const { return &attributes_; }

 private:
  posix_spawnattr_t attributes_{};
};

/// A started program; the destructor kills it unless its status was collected.
class Child {
 public:
  Child(const std::vector<std::string>& argv, const Pipe& output, const Pipe& errors) {
    FileActions actions;
    posix_spawn_file_actions_addopen(actions.get(), STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(actions.get(), output.writer.get(), STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(actions.get(), errors.writer.get(), STDERR_FILENO);
    // Some libraries do not open files close-on-exec, such as libdevmapper's control device.
    posix_spawn_file_actions_addclosefrom_np(actions.get(), STDERR_FILENO + 1);
    // The caller's working directory must neither affect the program nor keep a mount busy.
    posix_spawn_file_actions_addchdir_np(actions.get(), "/");

    std::vector<char*> arguments;
    for (const auto& argument : argv) arguments.push_back(const_cast<char*>(argument.c_str()));
    arguments.push_back(nullptr);
    std::string path = "PATH=/usr/sbin:/usr/bin:/sbin:/bin";
    std::string locale = "LC_ALL=C";
    std::array<char*, 3> environment{path.data(), locale.data(), nullptr};
    const Attributes attributes;
    const int error = ::posix_spawn(&pid_, argv.front().c_str(), actions.get(), attributes.get(),
                                    arguments.data(), environment.data());
    if (error != 0) {
      pid_ = -1;
      fail(error, argv.front());
    }
  }
  ~Child() {
    if (pid_ < 0) return;
    kill_group();
    ::waitpid(pid_, &status_, WNOHANG);
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  void kill_group() const { ::kill(-pid_, SIGKILL); }

  bool ended() {
    if (pid_ < 0) return true;
    const pid_t got = ::waitpid(pid_, &status_, WNOHANG);
    if (got == pid_) pid_ = -1;
    return pid_ < 0;
  }
  void abandon() {
    pid_ = -1;
    status_ = SIGKILL;
  }
  int exit_status() const {
    return WIFSIGNALED(status_) ? 128 + WTERMSIG(status_) : WEXITSTATUS(status_);
  }

 private:
  pid_t pid_ = -1;
  int status_ = 0;
};

/// Reads the available data; closes the pipe at end of file.
void drain(PipeEnd& pipe, std::string& text) {
  std::array<char, 65536> buffer;
  for (;;) {
    const ssize_t got = ::read(pipe.get(), buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0 && errno == EAGAIN) return;
    if (got <= 0) return pipe.close();
    const auto room = output_limit - text.size();
    text.append(buffer.data(), std::min(room, static_cast<std::size_t>(got)));
  }
}

std::chrono::milliseconds until(Clock::time_point deadline) {
  return std::max(std::chrono::milliseconds(0),
                  std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()));
}

/// Reads both pipes until end of file or the deadline; returns whether all was read.
bool read_both(PipeEnd& output, PipeEnd& errors, Clock::time_point deadline, ToolRun& run) {
  while (output.open() || errors.open()) {
    // poll() ignores descriptors of -1.
    std::array<pollfd, 2> pipes{{{.fd = output.get(), .events = POLLIN, .revents = 0},
                                 {.fd = errors.get(), .events = POLLIN, .revents = 0}}};
    const auto left = until(deadline);
    if (left.count() == 0) return false;
    const auto pause = static_cast<int>(std::min<long long>(left.count(), 60'000));
    if (::poll(pipes.data(), pipes.size(), pause) <= 0) continue;
    if (pipes[0].revents != 0) drain(output, run.output);
    if (pipes[1].revents != 0) drain(errors, run.errors);
  }
  return true;
}

/// A program may close its output and continue: check for its exit until the deadline.
bool ends_until(Child& child, Clock::time_point deadline) {
  for (auto pause = std::chrono::milliseconds(1); !child.ended();
       pause = std::min(2 * pause, std::chrono::milliseconds(50))) {
    const auto left = until(deadline);
    if (left.count() == 0) return false;
    ::poll(nullptr, 0, static_cast<int>(std::min(pause, left).count()));
  }
  return true;
}

/// A process in state D cannot be killed: wait a second for it, then leave it to init.
void end_late(Child& child) {
  child.kill_group();
  if (!ends_until(child, Clock::now() + std::chrono::seconds(1))) child.abandon();
}

}  // namespace

bool ProcessToolRunner::available(const std::string& program) const {
  struct stat status{};
  return program.starts_with('/') && ::stat(program.c_str(), &status) == 0 &&
         S_ISREG(status.st_mode) && ::access(program.c_str(), X_OK) == 0 && is_trusted(status);
}

ToolRun ProcessToolRunner::run(const std::vector<std::string>& argv,
                               std::chrono::milliseconds limit) {
  if (argv.empty()) fail(EINVAL, "an empty command line");
  if (!argv.front().starts_with('/')) fail(EINVAL, argv.front() + " (not an absolute path)");
  const auto deadline = Clock::now() + limit;
  Pipe output(argv.front());
  Pipe errors(argv.front());
  Child child(argv, output, errors);
  output.writer.close();
  errors.writer.close();
  ToolRun run;
  run.timed_out =
      !read_both(output.reader, errors.reader, deadline, run) || !ends_until(child, deadline);
  if (run.timed_out) end_late(child);
  run.exit_status = child.exit_status();
  return run;
}

}  // namespace multipath
