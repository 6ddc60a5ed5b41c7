#include "tests/lab/tcmu/ring.h"

#include <sys/mman.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstddef>
#include <iterator>
#include <system_error>

#include <fcntl.h>
#include <unistd.h>

namespace tcmu {

// linux/target_core_user.h is not C++; its layout, which is the kernel's promise to programs, is
// therefore said again.
struct Mailbox {
  std::uint16_t version;
  std::uint16_t flags;
  std::uint32_t ring_offset;
  std::uint32_t ring_size;
  std::uint32_t head;
  alignas(64) std::uint32_t tail;
};

struct Request {
  std::uint32_t segment_count;
  std::uint32_t bidirectional_count;
  std::uint32_t protection_count;
  std::uint64_t cdb_offset;
  std::uint64_t reserved[2];

  const iovec* segments() const { return reinterpret_cast<const iovec*>(this + 1); }
};

struct Reply {
  std::uint8_t status;
  std::uint8_t reserved[3];
  std::uint32_t read_length;
  std::uint8_t sense[96];
};

struct Entry {
  std::uint32_t length_and_operation;
  std::uint16_t id;
  std::uint8_t kernel_flags;
  std::uint8_t user_flags;

  std::uint32_t length() const { return length_and_operation & ~7U; }
  bool is_command() const { return (length_and_operation & 7U) == 1; }
  Request& request() { return *reinterpret_cast<Request*>(this + 1); }
  Reply& reply() { return *reinterpret_cast<Reply*>(this + 1); }
};

static_assert(offsetof(Mailbox, tail) == 64);
static_assert(sizeof(Entry) == 8 && sizeof(Request) == 40 && offsetof(Request, cdb_offset) == 16);

namespace {

constexpr std::uint8_t read_length_is_valid = 2;

std::size_t mapping_size(const std::string& uio) {
  const auto text = read_text("/sys/class/uio/" + uio + "/maps/map0/size");
  if (!text) throw std::system_error(ENODEV, std::generic_category(), "no mapping of " + uio);
  return std::stoul(*text, nullptr, 16);
}

// SPC-5 4.2.5: the length of a command descriptor block follows from its group code.
std::size_t cdb_length(std::uint8_t opcode) {
  static constexpr std::size_t of_group[] = {6, 10, 10, 32, 16, 12, 10, 10};
  return of_group[opcode >> 5];
}

}  // namespace

Ring::Ring(const std::string& uio)
    : descriptor_(::open(("/dev/" + uio).c_str(), O_RDWR | O_CLOEXEC | O_NONBLOCK)) {
  if (descriptor_ < 0) throw std::system_error(errno, std::generic_category(), "open /dev/" + uio);
  size_ = mapping_size(uio);
  void* memory = ::mmap(nullptr, size_, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor_, 0);
  if (memory == MAP_FAILED) {
    const int error = errno;
    ::close(descriptor_);
    throw std::system_error(error, std::generic_category(), "mmap /dev/" + uio);
  }
  memory_ = static_cast<std::uint8_t*>(memory);
  mailbox_ = static_cast<Mailbox*>(memory);
  taken_ = mailbox_->tail;
}

Ring::~Ring() {
  ::munmap(memory_, size_);
  ::close(descriptor_);
}

Entry* Ring::entry(std::uint32_t offset) const {
  return reinterpret_cast<Entry*>(memory_ + mailbox_->ring_offset + offset);
}

std::uint32_t Ring::after(std::uint32_t offset) const {
  return (offset + entry(offset)->length()) % mailbox_->ring_size;
}

bool Ring::acknowledge() {
  std::uint32_t interrupts;
  return ::read(descriptor_, &interrupts, sizeof interrupts) == sizeof interrupts ||
         errno == EAGAIN;
}

std::optional<Command> Ring::take() {
  while (taken_ != static_cast<volatile Mailbox*>(mailbox_)->head) {
    std::atomic_thread_fence(std::memory_order_acquire);
    Entry& taken = *entry(taken_);
    taken_ = after(taken_);
    if (!taken.is_command()) continue;
    const Request& request = taken.request();
    const std::uint8_t* cdb = memory_ + request.cdb_offset;
    Command command{.id = taken.id, .cdb = Bytes(cdb, cdb + cdb_length(cdb[0])), .data = {}};
    for (std::uint32_t i = 0; i < request.segment_count; ++i) {
      const iovec& segment = request.segments()[i];
      command.data.push_back(
          {memory_ + reinterpret_cast<std::uintptr_t>(segment.iov_base), segment.iov_len});
    }
    return command;
  }
  return std::nullopt;
}

void Ring::complete(const Command& command, const Answer& answer) {
  std::uint32_t tail = mailbox_->tail;
  while (!entry(tail)->is_command()) tail = after(tail);

  Entry& given_back = *entry(tail);
  Reply& reply = given_back.reply();
  given_back.id = command.id;
  given_back.user_flags = 0;
  reply.status = answer.status;
  std::fill(std::begin(reply.sense), std::end(reply.sense), 0);
  std::copy_n(answer.sense.begin(), std::min(answer.sense.size(), sizeof reply.sense), reply.sense);
  if (answer.transferred && answer.residual == Residual::told) {
    given_back.user_flags = read_length_is_valid;
    reply.read_length = static_cast<std::uint32_t>(*answer.transferred);
  }
  std::atomic_thread_fence(std::memory_order_release);
  static_cast<volatile Mailbox*>(mailbox_)->tail = after(tail);

  const std::uint32_t look = 1;
  [[maybe_unused]] const ssize_t written = ::write(descriptor_, &look, sizeof look);
}

}  // namespace tcmu
