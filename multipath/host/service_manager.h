#pragma once

#include <string_view>

namespace multipath {

/// Who started the daemon and wants to know its state (sd_notify(3)).
class ServiceManager {
 public:
  virtual ~ServiceManager() = default;

  /// `state`: lines such as "READY=1" and "STATUS=up". Nothing happens without a service manager, or
  /// when it does not take the message at once.
  virtual void notify(std::string_view state) = 0;
};

}  // namespace multipath
