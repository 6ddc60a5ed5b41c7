#pragma once

#include <chrono>

#include "multipath/host/device_mapper.h"

namespace dm {

/// The running kernel's device-mapper, through libdevmapper. The library's state is global to the
/// process (log function, name mangling, control descriptor), so use at most one object at a time,
/// from one thread.
///
/// A running udevd creates the nodes below /dev, and UdevBatch waits for it; without udevd the
/// library creates /dev/mapper/NAME itself.
class LibdmDeviceMapper final : public DeviceMapper {
 public:
  /// `udev_limit`: how long UdevBatch::wait() waits before it throws ETIMEDOUT. udevd kills a
  /// worker after 180 s by default, and the cookie of a killed worker is never released.
  explicit LibdmDeviceMapper(std::chrono::seconds udev_limit = std::chrono::seconds(190));
  ~LibdmDeviceMapper() override;
  LibdmDeviceMapper(const LibdmDeviceMapper&) = delete;
  LibdmDeviceMapper& operator=(const LibdmDeviceMapper&) = delete;

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
