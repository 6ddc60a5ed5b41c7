#include "multipath/host/live/live_signals.h"

#include <sys/signalfd.h>

#include <cerrno>
#include <csignal>
#include <system_error>

#include <unistd.h>

namespace multipath {

LiveSignals::LiveSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&signals, signal);
  descriptor_ = scsi::FileDescriptor(::signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK));
  sigaddset(&signals, SIGPIPE);
  if (!descriptor_ || ::sigprocmask(SIG_BLOCK, &signals, nullptr) != 0)
    throw std::system_error(errno, std::generic_category(), "cannot wait for signals");
}

std::optional<Signal> LiveSignals::take() {
  signalfd_siginfo signal = {};
  if (::read(*descriptor_, &signal, sizeof signal) != sizeof signal) return std::nullopt;
  return signal.ssi_signo == SIGHUP ? Signal::reconfigure : Signal::end;
}

}  // namespace multipath
