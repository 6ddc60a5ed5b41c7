#pragma once

#include <memory>
#include <string>
#include <vector>

#include "multipath/host/host.h"

namespace multipath {

/// A host on paper that answers as the real one did. Device-mapper and the state files live on in
/// memory, so that changes can be tried; what was not recorded gets no answer and is noted.
class CapturedHost {
 public:
  /// Throws std::runtime_error, with file and line, for what is no capture.
  explicit CapturedHost(const std::string& directory);
  ~CapturedHost();
  CapturedHost(const CapturedHost&) = delete;
  CapturedHost& operator=(const CapturedHost&) = delete;

  Host& host();

  /// "read /sys/block/sda/size": what the capture has no answer to.
  std::vector<std::string> missing() const;
  /// What would have been changed on the real host, in order.
  std::vector<std::string> journal() const;

 private:
  struct Adapters;
  std::unique_ptr<Adapters> adapters_;
};

}  // namespace multipath
