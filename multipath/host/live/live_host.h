#pragma once

#include <memory>
#include <string>
#include <vector>

#include "multipath/host/host.h"

namespace multipath {

/// The running machine; owns an adapter for each port.
class LiveHost {
 public:
  /// `environment`: variables as "NAME=value"; a udev rule sets the event's properties there.
  explicit LiveHost(const std::vector<std::string>& environment = {});
  ~LiveHost();
  LiveHost(const LiveHost&) = delete;
  LiveHost& operator=(const LiveHost&) = delete;

  Host& host();

 private:
  struct Adapters;
  std::unique_ptr<Adapters> adapters_;
};

}  // namespace multipath
