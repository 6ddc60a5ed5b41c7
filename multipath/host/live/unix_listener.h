#pragma once

#include <string>

#include "libsg/file_descriptor.h"
#include "multipath/host/client_listener.h"

namespace multipath {

/// A stream socket of the running kernel.
class UnixListener final : public ClientListener {
 public:
  /// `name` is a path, or '@' and a name in the abstract namespace. Every user may connect. A socket
  /// at the path that nobody listens on is replaced. Throws std::system_error, with EADDRINUSE if
  /// another process listens there.
  explicit UnixListener(const std::string& name);
  ~UnixListener() override;
  UnixListener(const UnixListener&) = delete;
  UnixListener& operator=(const UnixListener&) = delete;

  int descriptor() const override { return *socket_; }
  std::unique_ptr<ClientConnection> accept() override;

 private:
  scsi::FileDescriptor socket_;
  std::string path_;  ///< to be removed at the end; empty for an abstract name
};

}  // namespace multipath
