#pragma once

#include "libsg/file_descriptor.h"
#include "multipath/host/device_mapper.h"

namespace dm {

/// Reads single devices of the running kernel's device-mapper by its ioctls
/// (include/uapi/linux/dm-ioctl.h), without libdevmapper: that library is not linked statically, and
/// loading it costs a program that a udev rule runs more than all that the program does. Opens the
/// control node for the first question.
///
/// What a rule's program must not do, or does not ask, throws std::system_error (ENOTSUP).
class IoctlReader final : public DeviceMapper {
 public:
  std::optional<Description> describe(std::string_view name) override;
  std::optional<Description> describe(DeviceNumber number) override;
  std::optional<Table> table(std::string_view name) override;
  std::optional<Table> status(std::string_view name) override;

  Version driver_version() override;
  std::optional<Version> target_version(std::string_view target_type) override;
  std::vector<Device> list() override;
  std::vector<DeviceNumber> dependencies(std::string_view name) override;
  std::unique_ptr<UdevBatch> begin_batch(WaitForUdev wait) override;
  void create(const NewMap& map, UdevFlags flags, UdevBatch& batch) override;
  void load(std::string_view name, const Table& table, Access access) override;
  void clear(std::string_view name) override;
  void suspend(std::string_view name, Flush flush) override;
  void resume(std::string_view name, Flush flush, UdevFlags flags, UdevBatch& batch) override;
  void rename(std::string_view name, std::string_view new_name, UdevFlags flags,
              UdevBatch& batch) override;
  void remove(std::string_view name, UdevBatch& batch) override;
  void message(std::string_view name, std::uint64_t sector, std::string_view text) override;

 private:
  int control();
  std::optional<Table> targets(std::string_view name, std::uint32_t flags);

  scsi::FileDescriptor control_{-1};
};

}  // namespace dm
