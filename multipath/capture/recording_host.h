#pragma once

#include <memory>
#include <string>

#include "multipath/capture/capture.h"
#include "multipath/host/host.h"

namespace multipath {

/// A host that passes every question on to another one and keeps the answers. What would write is
/// passed on as well; nobody who makes a capture writes.
class RecordingHost {
 public:
  explicit RecordingHost(Host& inner);
  ~RecordingHost();
  RecordingHost(const RecordingHost&) = delete;
  RecordingHost& operator=(const RecordingHost&) = delete;

  Host& host();

  /// All that was asked up to now, and device-mapper as it is.
  Capture capture() const;

 private:
  struct Adapters;
  std::unique_ptr<Adapters> adapters_;
};

}  // namespace multipath
