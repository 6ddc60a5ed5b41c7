#pragma once

#include <memory>

#include "multipath/host/host.h"

namespace multipath {

/// The running machine: owns an adapter for each port.
class LiveHost {
 public:
  LiveHost();
  ~LiveHost();
  LiveHost(const LiveHost&) = delete;
  LiveHost& operator=(const LiveHost&) = delete;

  Host& host();

 private:
  struct Adapters;
  std::unique_ptr<Adapters> adapters_;
};

}  // namespace multipath
