#pragma once

#include <memory>

#include "multipath/host/uevent_monitor.h"

namespace multipath {

/// udevd's monitor socket, through libudev. Throws std::system_error if it cannot be opened.
class LiveUeventMonitor final : public UeventMonitor {
 public:
  LiveUeventMonitor();
  ~LiveUeventMonitor() override;
  LiveUeventMonitor(const LiveUeventMonitor&) = delete;
  LiveUeventMonitor& operator=(const LiveUeventMonitor&) = delete;

  int descriptor() const override;
  Taken take() override;

 private:
  struct Monitor;
  std::unique_ptr<Monitor> monitor_;
};

}  // namespace multipath
