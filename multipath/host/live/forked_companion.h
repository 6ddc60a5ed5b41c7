#pragma once

#include <sys/types.h>

#include <functional>

#include "libsg/file_descriptor.h"
#include "multipath/host/byte_stream.h"
#include "multipath/host/companion.h"

namespace multipath {

/// A fork of this process that runs a function. It has no open file of this process but standard
/// error, /dev/null for standard input and output, and its end of the stream; it ends with this
/// process. start() is called while this process has one thread.
class ForkedCompanion final : public Companion {
 public:
  /// `work` runs in the new process, which ends when it returns.
  explicit ForkedCompanion(std::function<void(ByteStream&)> work);
  ~ForkedCompanion() override;
  ForkedCompanion(const ForkedCompanion&) = delete;
  ForkedCompanion& operator=(const ForkedCompanion&) = delete;

  void start() override;
  int descriptor() const override { return *socket_; }
  void send(std::string_view bytes) override;
  bool has_unsent() const override { return !unsent_.empty(); }
  void flush() override;
  Received receive() override;

 private:
  void end();

  std::function<void(ByteStream&)> work_;
  scsi::FileDescriptor socket_;
  pid_t process_ = 0;
  std::string unsent_;
};

}  // namespace multipath
