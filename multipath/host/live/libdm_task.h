#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "multipath/host/device_mapper.h"

struct dm_task;

/// Internals of LibdmDeviceMapper; included only there.
namespace dm {

/// Which program creates the nodes and links below /dev.
enum class Nodes : bool { by_library, by_udevd };

/// A udev cookie (a System V semaphore), created by the first task that needs it.
class LibdmBatch final : public UdevBatch {
 public:
  LibdmBatch(std::chrono::seconds limit, Nodes nodes) : limit_(limit), nodes_(nodes) {}
  ~LibdmBatch() override;
  LibdmBatch(const LibdmBatch&) = delete;
  LibdmBatch& operator=(const LibdmBatch&) = delete;

  void wait() override;

 private:
  friend class LibdmTask;
  bool settled_within_limit(std::uint32_t cookie) const;

  std::chrono::seconds limit_;
  Nodes nodes_;
  std::uint32_t cookie_ = 0;
  unsigned tasks_ = 0;
};

/// One ioctl.
class LibdmTask {
 public:
  /// `type` is one of libdevmapper's DM_DEVICE_*; `doing` is the operation in error messages:
  /// "remove map mpatha".
  LibdmTask(int type, std::string doing);

  /// Throws EINVAL or ENAMETOOLONG for a name that the kernel would reject or that libdm would take
  /// for a path below /dev.
  void require_map_name(std::string_view name) const;
  void set_name(std::string_view name);
  /// Throws if a setter of libdevmapper returned failure.
  void check(int accepted) const;
  void add(const Table& table) const;

  /// Throws if the kernel rejects the ioctl.
  void run();
  /// As run(), for a question to the driver itself: every failure is a DriverError.
  void run_for_driver();
  /// As run(), for operations that cause udev events.
  void run(UdevBatch& batch, UdevFlags flags);
  /// Returns false if there is no such device; throws on other errors.
  bool found();

  ::dm_task* get() const { return task_.get(); }

 private:
  int cause() const;
  std::string doing_with_message() const;
  [[noreturn]] void refuse(int error) const;
  [[noreturn]] void refuse_driver(int error) const;

  struct Destroy {
    void operator()(::dm_task* task) const;
  };
  std::unique_ptr<::dm_task, Destroy> task_;
  std::string doing_;
};

/// Whether `name` is a valid map name: 1 to 127 bytes, without '/' and NUL.
bool is_map_name(std::string_view name);

/// Keeps libdevmapper's first message of each task for LibdmTask instead of printing it.
void keep_libdm_messages();

}  // namespace dm
