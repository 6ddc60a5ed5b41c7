#pragma once

#include <string>

#include "libsg/file_descriptor.h"
#include "multipath/host/service_manager.h"

namespace multipath {

/// The datagram socket that NOTIFY_SOCKET names (sd_notify(3)).
class SystemdManager final : public ServiceManager {
 public:
  /// `socket` is the value of NOTIFY_SOCKET; empty for a process that nobody supervises.
  explicit SystemdManager(const std::string& socket);

  void notify(std::string_view state) override;

 private:
  std::string name_;
  scsi::FileDescriptor socket_;
};

}  // namespace multipath
