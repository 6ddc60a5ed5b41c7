#pragma once

#include "multipath/host/device_access.h"
#include "multipath/host/sys_tree.h"

namespace tests {

/// Devices that nobody claims and nobody else locks. Nodes are what the links of /dev and of
/// /proc/PID/fd in memory lead to.
class FakeDeviceAccess : public multipath::DeviceAccess {
 public:
  FakeDeviceAccess(const multipath::SysTree& sys, const multipath::SysTree& proc,
                   const multipath::SysTree& dev)
      : sys_(sys), proc_(proc), dev_(dev) {}

  std::optional<multipath::DeviceNumber> node_number(const std::string& path) const override;
  std::optional<multipath::DeviceNumber> file_system_number(const std::string&) const override {
    return std::nullopt;
  }
  multipath::Claim exclusive(const std::string&) const override { return multipath::Claim::free; }
  std::unique_ptr<Lock> lock(const std::string&, const std::string&, std::string&) override {
    return std::make_unique<Lock>();
  }
  std::unique_ptr<Lock> lock_disk(const std::string&, std::string&) override {
    return std::make_unique<Lock>();
  }

 private:
  std::optional<multipath::DeviceNumber> number_of(const std::string& kname) const;

  const multipath::SysTree& sys_;
  const multipath::SysTree& proc_;
  const multipath::SysTree& dev_;
};

}  // namespace tests
