#pragma once

#include "libsg/file_descriptor.h"
#include "multipath/host/signals.h"

namespace multipath {

/// Blocks these signals in the process, SIGPIPE as well, and reads them from a descriptor
/// (signalfd(2)). Construct it before any thread is started.
class LiveSignals final : public Signals {
 public:
  LiveSignals();

  int descriptor() const override { return *descriptor_; }
  std::optional<Signal> take() override;

 private:
  scsi::FileDescriptor descriptor_;
};

}  // namespace multipath
