#include "multipath/host/live/libdm_task.h"

#include <linux/dm-ioctl.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <system_error>
#include <thread>
#include <utility>

#include <fcntl.h>
#include <libdevmapper.h>
#include <unistd.h>

namespace dm {
namespace {

// The library's log function takes no user data, so its message is kept in a global.
thread_local std::array<char, 256> first_message{};

__attribute__((format(printf, 5, 6))) void keep_first_error(int level, const char* /*file*/,
                                                            int /*line*/, int /*error_or_class*/,
                                                            const char* format, ...) {
  // The three low bits are the syslog level (3 = error), the bits above them are flags.
  if ((level & 7) > 3 || first_message[0] != '\0') return;
  va_list arguments;
  va_start(arguments, format);
  std::vsnprintf(first_message.data(), first_message.size(), format, arguments);
  va_end(arguments);
}

std::uint16_t cookie_flags(UdevFlags flags, Nodes nodes) {
  unsigned bits = 0;
  // The library may skip the nodes only if a udevd creates them.
  if (nodes == Nodes::by_udevd) bits |= DM_UDEV_DISABLE_LIBRARY_FALLBACK;
  if (flags.reload) bits |= DM_SUBSYSTEM_UDEV_FLAG0;
  if (flags.skip_partitions) bits |= DM_SUBSYSTEM_UDEV_FLAG1;
  if (flags.no_usable_path) bits |= DM_SUBSYSTEM_UDEV_FLAG2;
  return static_cast<std::uint16_t>(bits);
}

/// Why libdevmapper failed before its ioctl.
int error_of_control_node() {
  const std::string control = std::string(dm_dir()) + "/control";
  const int descriptor = ::open(control.c_str(), O_RDWR | O_CLOEXEC);
  if (descriptor < 0) return errno;
  ::close(descriptor);
  return 0;
}

}  // namespace

void keep_libdm_messages() { dm_log_with_errno_init(keep_first_error); }

bool is_map_name(std::string_view name) {
  return !name.empty() && name.size() < DM_NAME_LEN && name.find('/') == name.npos &&
         name.find('\0') == name.npos;
}

// --- LibdmBatch -------------------------------------------------------------------------------

LibdmBatch::~LibdmBatch() {
  try {
    wait();
  } catch (const std::exception&) {
    // Another exception may be in flight; the semaphore has been released in any case.
  }
}

/// dm_udev_wait() has no time-out, hence polling with a pause that grows to 10 ms.
bool LibdmBatch::settled_within_limit(std::uint32_t cookie) const {
  using Clock = std::chrono::steady_clock;
  const auto deadline = Clock::now() + limit_;
  for (std::chrono::microseconds pause(250);;
       pause = std::min(2 * pause, std::chrono::microseconds(10'000))) {
    int ready = 0;
    // A semaphore that was removed externally ("dmsetup udevcomplete_all") ends the wait.
    if (dm_udev_wait_immediate(cookie, &ready) == 0 || ready != 0) return true;
    if (Clock::now() >= deadline) return false;
    std::this_thread::sleep_for(pause);
  }
}

void LibdmBatch::wait() {
  const auto cookie = std::exchange(cookie_, 0);
  const auto tasks = std::exchange(tasks_, 0);
  if (cookie == 0) {
    if (tasks != 0 && nodes_ == Nodes::by_library) dm_task_update_nodes();
    return;
  }
  if (settled_within_limit(cookie)) return;
  // Release the semaphore in place of udev.
  int ready = 0;
  for (unsigned i = 0; i < tasks && ready == 0; ++i) {
    dm_udev_complete(cookie);
    if (dm_udev_wait_immediate(cookie, &ready) == 0) break;
  }
  throw std::system_error(ETIMEDOUT, std::generic_category(),
                          "udev did not process the events of the maps within " +
                              std::to_string(limit_.count()) + " s");
}

// --- LibdmTask --------------------------------------------------------------------------------

void LibdmTask::Destroy::operator()(::dm_task* task) const { dm_task_destroy(task); }

LibdmTask::LibdmTask(int type, std::string doing)
    : task_((first_message[0] = '\0', dm_task_create(type))), doing_(std::move(doing)) {
  // The library reads the driver's version first, so a missing driver may be noticed here.
  if (!task_) refuse_driver(error_of_control_node());
}

void LibdmTask::require_map_name(std::string_view name) const {
  if (name.size() >= DM_NAME_LEN) refuse(ENAMETOOLONG);
  if (!is_map_name(name)) refuse(EINVAL);
}

void LibdmTask::set_name(std::string_view name) {
  require_map_name(name);
  check(dm_task_set_name(get(), std::string(name).c_str()));
}

void LibdmTask::check(int accepted) const {
  if (accepted == 0) refuse(0);
}

void LibdmTask::add(const Table& table) const {
  for (const auto& target : table) {
    if (target.type.empty() || target.type.size() >= DM_MAX_TYPE_NAME ||
        target.type.find('\0') != target.type.npos ||
        target.parameters.find('\0') != target.parameters.npos)
      refuse(EINVAL);
    check(dm_task_add_target(get(), target.start, target.length, target.type.c_str(),
                             target.parameters.c_str()));
  }
}

int LibdmTask::cause() const {
  if (const int error = dm_task_get_errno(get()); error != 0) return error;
  if (const int error = error_of_control_node(); error != 0) refuse_driver(error);
  return 0;
}

std::string LibdmTask::doing_with_message() const {
  const bool has_message = first_message[0] != '\0';
  return "cannot " + doing_ + (has_message ? std::string(" (") + first_message.data() + ")" : "");
}

void LibdmTask::refuse(int error) const {
  if (error == 0) throw std::system_error(EIO, std::generic_category(), doing_with_message());
  throw std::system_error(error, std::generic_category(), "cannot " + doing_);
}

void LibdmTask::refuse_driver(int error) const {
  if (error == 0) throw DriverError(EIO, doing_with_message());
  throw DriverError(error, "cannot " + doing_);
}

void LibdmTask::run() {
  if (dm_task_run(get()) == 0) refuse(cause());
}

void LibdmTask::run_for_driver() {
  if (dm_task_run(get()) == 0) refuse_driver(cause());
}

void LibdmTask::run(UdevBatch& batch, UdevFlags flags) {
  auto& libdm_batch = dynamic_cast<LibdmBatch&>(batch);
  // Setting the cookie increments the semaphore, and only dm_task_run() causes the decrement:
  // nothing may come between the two calls.
  const auto bits = cookie_flags(flags, libdm_batch.nodes_);
  check(dm_task_set_cookie(get(), &libdm_batch.cookie_, bits));
  ++libdm_batch.tasks_;
  run();
}

bool LibdmTask::found() {
  if (dm_task_run(get()) == 0) {
    const int error = cause();
    if (error == ENXIO && dm_task_get_errno(get()) == ENXIO) return false;
    refuse(error);
  }
  ::dm_info info{};
  return dm_task_get_info(get(), &info) != 0 && info.exists != 0;
}

}  // namespace dm
