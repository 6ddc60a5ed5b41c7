#pragma once

#include <chrono>

#include "multipath/host/device_mapper.h"

namespace dm {

/// The running kernel's device-mapper, through libdevmapper. That library keeps its state for the
/// whole process (log function, name mangling, control descriptor), so there is one of these at a
/// time, used by one thread.
///
/// Where a udevd runs it makes the nodes below /dev, and UdevBatch waits for it; where none runs
/// the library makes /dev/mapper/NAME itself.
class LibdmDeviceMapper final : public DeviceMapper {
 public:
  /// `udev_limit`: how long UdevBatch::wait() gives udev before it throws ETIMEDOUT. udevd kills
  /// a worker after 180 s by default, and nobody answers a dead worker's cookie.
  explicit LibdmDeviceMapper(std::chrono::seconds udev_limit = std::chrono::seconds(190));
  ~LibdmDeviceMapper() override;
  LibdmDeviceMapper(const LibdmDeviceMapper&) = delete;
  LibdmDeviceMapper& operator=(const LibdmDeviceMapper&) = delete;

  /// ENOENT, ENODEV or ENXIO: no driver; EACCES or EPERM: no right to ask it.
  Version driver_version() override;
  /// Makes the kernel load the target's module, as creating a map would.
  std::optional<Version> target_version(std::string_view target_type) override;
  std::vector<Device> list() override;
  std::optional<Description> describe(std::string_view name) override;
  std::optional<Description> describe(DeviceNumber number) override;
  std::optional<Table> table(std::string_view name) override;
  std::optional<Table> status(std::string_view name) override;
  std::vector<DeviceNumber> dependencies(std::string_view name) override;

  std::unique_ptr<UdevBatch> begin_batch(WaitForUdev wait = WaitForUdev::yes) override;
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
  std::chrono::seconds udev_limit_;
};

}  // namespace dm
