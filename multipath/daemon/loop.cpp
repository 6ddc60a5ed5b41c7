#include "multipath/daemon/loop.h"

#include <sys/epoll.h>
#include <sys/timerfd.h>

#include <array>
#include <cerrno>
#include <ctime>
#include <system_error>

namespace multipath::daemon {
namespace {

using multipath::watch::Instant;

[[noreturn]] void fail(const char* doing) {
  throw std::system_error(errno, std::generic_category(), doing);
}

epoll_event event_of(int descriptor, Loop::Readiness readiness) {
  epoll_event event = {};
  if (readiness != Loop::Readiness::to_write) event.events |= EPOLLIN;
  if (readiness != Loop::Readiness::to_read) event.events |= EPOLLOUT;
  event.data.fd = descriptor;
  return event;
}

}  // namespace

Loop::Loop()
    : epoll_(::epoll_create1(EPOLL_CLOEXEC)),
      timer_(::timerfd_create(CLOCK_BOOTTIME, TFD_CLOEXEC | TFD_NONBLOCK)) {
  if (!epoll_ || !timer_) fail("cannot wait for events");
  watch(*timer_, Readiness::to_read, [] {});
}

void Loop::watch(int descriptor, Readiness readiness, Handler handler) {
  const auto found = watched_.find(descriptor);
  if (found == watched_.end() || found->second.readiness != readiness) {
    epoll_event event = event_of(descriptor, readiness);
    const int change = found == watched_.end() ? EPOLL_CTL_ADD : EPOLL_CTL_MOD;
    if (::epoll_ctl(*epoll_, change, descriptor, &event) != 0) fail("cannot wait for a descriptor");
  }
  watched_.insert_or_assign(descriptor, Watched{readiness, std::move(handler)});
}

void Loop::forget(int descriptor) {
  if (watched_.erase(descriptor) != 0) ::epoll_ctl(*epoll_, EPOLL_CTL_DEL, descriptor, nullptr);
}

/// A time of 0 would switch the timer off.
void Loop::set_timer(std::optional<Instant> until) const {
  itimerspec setting = {};
  if (until) {
    const auto since = std::max(until->time_since_epoch(), multipath::watch::Duration(1));
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(since);
    setting.it_value.tv_sec = seconds.count();
    setting.it_value.tv_nsec = std::chrono::nanoseconds(since - seconds).count();
  }
  if (::timerfd_settime(*timer_, TFD_TIMER_ABSTIME, &setting, nullptr) != 0)
    fail("cannot set a timer");
}

void Loop::wait(std::optional<Instant> until) {
  set_timer(until);
  std::array<epoll_event, 64> ready{};
  const int count = ::epoll_wait(*epoll_, ready.data(), static_cast<int>(ready.size()), -1);
  if (count < 0 && errno != EINTR) fail("cannot wait for events");
  for (int i = 0; i < count; ++i) {
    const auto found = watched_.find(ready[static_cast<std::size_t>(i)].data.fd);
    if (found == watched_.end()) continue;
    const Handler handler = found->second.handler;  // it may forget itself
    handler();
  }
}

Instant Loop::now() {
  timespec time = {};
  ::clock_gettime(CLOCK_BOOTTIME, &time);
  constexpr std::int64_t thousand = 1000;
  constexpr std::int64_t nanoseconds = 1'000'000;
  return Instant(multipath::watch::Duration(time.tv_sec * thousand + time.tv_nsec / nanoseconds));
}

}  // namespace multipath::daemon
