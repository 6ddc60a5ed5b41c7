#include "multipath/host/live/isolated_transport.h"

#include <sys/prctl.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <optional>
#include <string>
#include <system_error>
#include <thread>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "libsg/file_descriptor.h"
#include "multipath/host/live/isolated_message.h"

namespace multipath {
namespace {

/// A response has at most 64 KiB of data and 252 bytes of sense data.
constexpr std::size_t longest_packet = 80 * 1024;

[[noreturn]] void fail(int error, const std::string& doing) {
  throw std::system_error(error, std::generic_category(), doing);
}

class Socket {
 public:
  explicit Socket(int descriptor) : descriptor_(descriptor) {}
  int get() const { return *descriptor_; }
  int release() { return descriptor_.release(); }

  bool send(const scsi::ByteVector& packet) const {
    return ::send(*descriptor_, packet.data(), packet.size(), MSG_NOSIGNAL) ==
           static_cast<ssize_t>(packet.size());
  }
  /// Returns nothing if the peer has closed the socket.
  std::optional<scsi::ByteVector> receive() const {
    // A vector would be zeroed first, and most packets are small.
    const std::unique_ptr<std::uint8_t[]> buffer(new std::uint8_t[longest_packet]);
    ssize_t got = -1;
    do {
      got = ::recv(*descriptor_, buffer.get(), longest_packet, 0);
    } while (got < 0 && errno == EINTR);
    if (got <= 0) return std::nullopt;
    return scsi::ByteVector(buffer.get(), buffer.get() + got);
  }

 private:
  scsi::FileDescriptor descriptor_;
};

std::pair<Socket, Socket> connected_sockets() {
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0)
    fail(errno, "cannot create the socket of the device query process");
  return {Socket(ends[0]), Socket(ends[1])};
}

/// A packet with the name of a node and, as SCM_RIGHTS (unix(7)), the socket for the commands of its
/// logical unit. The caller owns the bytes of the name.
class NodePacket {
 public:
  explicit NodePacket(std::span<char> name) : text_{name.data(), name.size()} {
    message_.msg_iov = &text_;
    message_.msg_iovlen = 1;
    message_.msg_control = &rights_;
    message_.msg_controllen = sizeof rights_.space;
  }
  NodePacket(const NodePacket&) = delete;
  NodePacket& operator=(const NodePacket&) = delete;

  bool send(int control, int unit_socket) {
    rights_.header.cmsg_level = SOL_SOCKET;
    rights_.header.cmsg_type = SCM_RIGHTS;
    rights_.header.cmsg_len = CMSG_LEN(sizeof(int));
    std::memcpy(CMSG_DATA(&rights_.header), &unit_socket, sizeof unit_socket);
    return ::sendmsg(control, &message_, MSG_NOSIGNAL) >= 0;
  }

  /// Returns the length of the name and the socket; nothing if the peer has closed its end.
  std::optional<std::pair<std::size_t, int>> receive(int control) {
    const ssize_t got = ::recvmsg(control, &message_, MSG_CMSG_CLOEXEC);
    if (got <= 0 || message_.msg_controllen < CMSG_LEN(sizeof(int))) return std::nullopt;
    int descriptor = -1;
    std::memcpy(&descriptor, CMSG_DATA(&rights_.header), sizeof descriptor);
    return std::pair{static_cast<std::size_t>(got), descriptor};
  }

 private:
  union Rights {
    cmsghdr header;
    std::array<char, CMSG_SPACE(sizeof(int))> space;
  };
  iovec text_;
  msghdr message_{};
  Rights rights_{};
};

bool send_node(int control, std::string_view node, int unit_socket) {
  std::string name(node);
  return NodePacket(name).send(control, unit_socket);
}

// --- the separate process -----------------------------------------------------------------------

struct Request {
  std::string node;
  Socket socket;
};

/// Returns nothing if the requesting process has exited.
std::optional<Request> receive_node(int control) {
  std::array<char, 256> name{};
  const auto received = NodePacket(name).receive(control);
  if (!received) return std::nullopt;
  return Request{{name.data(), received->first}, Socket(received->second)};
}

void serve(scsi::Transport& transport, const Request& request) {
  std::unique_ptr<scsi::LogicalUnit> unit;
  Opened opened;
  try {
    unit = transport.open(request.node);
  } catch (const std::system_error& error) {
    opened = {error.code().value() != 0 ? error.code().value() : EIO, error.what()};
  }
  if (!request.socket.send(pack(opened)) || !unit) return;
  while (const auto packet = request.socket.receive()) {
    const auto command = unpack_command(*packet);
    if (!command || !request.socket.send(pack(unit->execute(*command)))) return;
  }
}

/// A reader of this program's output, or a waiter for its locks, must not wait for a hung device.
void close_descriptors_except(int kept) {
  const int null = ::open("/dev/null", O_RDWR);
  for (int standard = 0; standard <= 2 && null >= 0; ++standard) ::dup2(null, standard);
  if (kept > 3) ::close_range(3, static_cast<unsigned>(kept) - 1, 0);
  ::close_range(static_cast<unsigned>(kept) + 1, ~0U, 0);
}

[[noreturn]] void live_apart(int control, scsi::Transport& transport) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  close_descriptors_except(control);
  try {
    while (auto request = receive_node(control)) {
      std::thread([&transport, request = std::move(*request)] {
        try {
          serve(transport, request);
        } catch (const std::exception&) {
          // The socket closes, which reports the failure to the other process.
        }
      }).detach();
    }
  } catch (const std::exception&) {
  }
  ::_exit(0);
}

// --- this process -----------------------------------------------------------------------------

class ApartUnit final : public scsi::LogicalUnit {
 public:
  explicit ApartUnit(Socket socket) : socket_(std::move(socket)) {}

  scsi::Response execute(const scsi::Command& command) override {
    if (socket_.send(pack(command))) {
      if (const auto packet = socket_.receive()) {
        if (auto response = unpack_response(*packet)) return std::move(*response);
      }
    }
    scsi::Response refused;
    refused.delivery = scsi::Delivery::refused;
    refused.os_error = ECHILD;
    return refused;
  }

 private:
  Socket socket_;
};

}  // namespace

IsolatedTransport::IsolatedTransport(std::unique_ptr<scsi::Transport> inner) : control_(-1) {
  auto [here, there] = connected_sockets();
  const pid_t child = ::fork();
  if (child < 0) fail(errno, "cannot start the device query process");
  if (child == 0) live_apart(there.get(), *inner);
  control_ = here.release();
}

IsolatedTransport::~IsolatedTransport() { ::close(control_); }

std::unique_ptr<scsi::LogicalUnit> IsolatedTransport::open(std::string_view node) {
  auto [here, there] = connected_sockets();
  if (!send_node(control_, node, there.get())) fail(errno, fmt::format("open {}", node));
  ::close(there.release());
  const auto packet = here.receive();
  const auto opened = packet ? unpack_opened(*packet) : std::nullopt;
  if (!opened) fail(ECHILD, fmt::format("open {}", node));
  if (opened->error != 0) {
    // what() ends in the text of the error code, and system_error would append it again.
    const std::string words = ": " + std::generic_category().message(opened->error);
    std::string what = opened->what;
    if (what.ends_with(words)) what.erase(what.size() - words.size());
    fail(opened->error, what);
  }
  return std::make_unique<ApartUnit>(std::move(here));
}

}  // namespace multipath
