#include "multipath/host/live/live_udev.h"

#include <algorithm>
#include <cerrno>
#include <memory>
#include <system_error>

#include <libudev.h>
#include <poll.h>

namespace multipath {
namespace {

struct Unref {
  void operator()(::udev* context) const { udev_unref(context); }
  void operator()(::udev_queue* queue) const { udev_queue_unref(queue); }
};
using Context = std::unique_ptr<::udev, Unref>;
using Queue = std::unique_ptr<::udev_queue, Unref>;

Context make_context() {
  Context context(udev_new());
  if (!context) throw std::system_error(errno, std::generic_category(), "cannot use libudev");
  return context;
}

Queue make_queue(::udev* context) {
  Queue queue(udev_queue_new(context));
  if (!queue) throw std::system_error(errno, std::generic_category(), "cannot use libudev");
  return queue;
}

}  // namespace

bool LiveUdev::settle(std::chrono::milliseconds limit) const {
  using Clock = std::chrono::steady_clock;
  const auto deadline = Clock::now() + limit;
  if (!daemon_running()) return true;
  const Context context = make_context();
  const Queue queue = make_queue(context.get());
  // Set the watch before the first check so that no change is missed.
  pollfd change{.fd = udev_queue_get_fd(queue.get()), .events = POLLIN, .revents = 0};
  if (change.fd < 0)
    throw std::system_error(-change.fd, std::generic_category(), "cannot watch udev's queue");
  while (udev_queue_get_queue_is_empty(queue.get()) <= 0) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
    if (left.count() <= 0) return false;
    if (::poll(&change, 1, static_cast<int>(std::min<long long>(left.count(), 1000))) > 0)
      udev_queue_flush(queue.get());
  }
  return true;
}

}  // namespace multipath
