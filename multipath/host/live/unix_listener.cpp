#include "multipath/host/live/unix_listener.h"

#include <sys/socket.h>
#include <sys/stat.h>

#include <cerrno>
#include <system_error>

#include <unistd.h>

#include "multipath/host/live/unix_address.h"

namespace multipath {
namespace {

constexpr int flags = SOCK_CLOEXEC | SOCK_NONBLOCK;

class UnixConnection final : public ClientConnection {
 public:
  UnixConnection(scsi::FileDescriptor socket, std::uint32_t user)
      : socket_(std::move(socket)), user_(user) {}

  int descriptor() const override { return *socket_; }
  std::uint32_t user() const override { return user_; }

  tl::expected<std::string, Standstill> receive() override {
    constexpr std::size_t most = 4096;
    std::string bytes(most, '\0');
    const ssize_t received = ::recv(*socket_, bytes.data(), bytes.size(), 0);
    if (received <= 0) return tl::unexpected(standstill(received));
    bytes.resize(static_cast<std::size_t>(received));
    return bytes;
  }

  tl::expected<std::size_t, Standstill> send(std::string_view bytes) override {
    const ssize_t sent = ::send(*socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0) return tl::unexpected(standstill(sent));
    return static_cast<std::size_t>(sent);
  }

 private:
  static Standstill standstill(ssize_t result) {
    const bool goes_on = result < 0 && (errno == EAGAIN || errno == EINTR);
    return goes_on ? Standstill::for_now : Standstill::ended;
  }

  scsi::FileDescriptor socket_;
  std::uint32_t user_;
};

scsi::FileDescriptor new_socket() {
  return scsi::FileDescriptor(::socket(AF_UNIX, SOCK_STREAM | flags, 0));
}

[[noreturn]] void fail(int error, const std::string& name) {
  throw std::system_error(error, std::generic_category(), "cannot listen on " + name);
}

/// Removes a socket that a killed process left at the path.
void remove_dead_socket(const UnixAddress& address, const std::string& path) {
  const scsi::FileDescriptor probe = new_socket();
  struct stat status = {};
  const bool is_dead = probe && ::connect(*probe, address.get(), address.length) != 0 &&
                       errno == ECONNREFUSED && ::lstat(path.c_str(), &status) == 0 &&
                       S_ISSOCK(status.st_mode);
  if (is_dead) ::unlink(path.c_str());
}

}  // namespace

UnixListener::UnixListener(const std::string& name) : socket_(new_socket()) {
  const UnixAddress address = unix_address(name);
  if (!socket_) fail(errno, name);
  if (address.length == 0) fail(ENAMETOOLONG, name);
  const bool is_path = !name.starts_with('@');
  if (is_path) remove_dead_socket(address, name);
  if (::bind(*socket_, address.get(), address.length) != 0) fail(errno, name);
  if (is_path) path_ = name;
  constexpr mode_t everybody = 0666;
  if (is_path && ::chmod(name.c_str(), everybody) != 0) fail(errno, name);
  if (::listen(*socket_, SOMAXCONN) != 0) fail(errno, name);
}

UnixListener::~UnixListener() {
  if (!path_.empty()) ::unlink(path_.c_str());
}

std::unique_ptr<ClientConnection> UnixListener::accept() {
  scsi::FileDescriptor socket(::accept4(*socket_, nullptr, nullptr, flags));
  if (!socket) return nullptr;
  ucred peer = {};
  socklen_t size = sizeof peer;
  if (::getsockopt(*socket, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) return nullptr;
  return std::make_unique<UnixConnection>(std::move(socket), peer.uid);
}

}  // namespace multipath
