#include "multipath/host/live/isolated_message.h"

#include <array>
#include <cstring>

namespace multipath {
namespace {

class Packer {
 public:
  Packer& number(std::int64_t value) {
    std::array<std::uint8_t, sizeof value> bytes{};
    std::memcpy(bytes.data(), &value, bytes.size());
    packet_.insert(packet_.end(), bytes.begin(), bytes.end());
    return *this;
  }
  Packer& bytes(scsi::ByteView view) {
    number(static_cast<std::int64_t>(view.size()));
    packet_.insert(packet_.end(), view.begin(), view.end());
    return *this;
  }
  scsi::ByteVector done() { return std::move(packet_); }

 private:
  scsi::ByteVector packet_;
};

/// After a missing value, all further values are empty and `good` is false.
class Unpacker {
 public:
  explicit Unpacker(scsi::ByteView packet) : rest_(packet) {}

  std::int64_t number() {
    std::int64_t value = 0;
    if (rest_.size() < sizeof value) {
      good_ = false;
      return 0;
    }
    std::memcpy(&value, rest_.data(), sizeof value);
    rest_ = rest_.subspan(sizeof value);
    return value;
  }
  scsi::ByteVector bytes() {
    const std::int64_t size = number();
    if (!good_ || size < 0 || static_cast<std::uint64_t>(size) > rest_.size()) {
      good_ = false;
      return {};
    }
    const scsi::ByteView view = rest_.first(static_cast<std::size_t>(size));
    rest_ = rest_.subspan(view.size());
    return {view.begin(), view.end()};
  }
  bool good() const { return good_ && rest_.empty(); }

 private:
  scsi::ByteView rest_;
  bool good_ = true;
};

}  // namespace

scsi::ByteVector pack(const scsi::Command& command) {
  return Packer()
      .bytes(command.cdb)
      .number(static_cast<std::int64_t>(command.allocation_length))
      .number(command.timeout.count())
      .done();
}

std::optional<scsi::Command> unpack_command(scsi::ByteView packet) {
  Unpacker unpacker(packet);
  scsi::Command command;
  command.cdb = unpacker.bytes();
  command.allocation_length = static_cast<std::size_t>(unpacker.number());
  command.timeout = std::chrono::milliseconds(unpacker.number());
  if (!unpacker.good()) return std::nullopt;
  return command;
}

scsi::ByteVector pack(const scsi::Response& response) {
  return Packer()
      .number(static_cast<std::int64_t>(response.delivery))
      .number(static_cast<std::int64_t>(response.status))
      .bytes(response.data)
      .bytes(response.sense)
      .number(response.os_error)
      .number(response.host_status)
      .done();
}

std::optional<scsi::Response> unpack_response(scsi::ByteView packet) {
  Unpacker unpacker(packet);
  scsi::Response response;
  response.delivery = static_cast<scsi::Delivery>(unpacker.number());
  response.status = static_cast<scsi::Status>(unpacker.number());
  response.data = unpacker.bytes();
  response.sense = unpacker.bytes();
  response.os_error = static_cast<int>(unpacker.number());
  response.host_status = static_cast<int>(unpacker.number());
  if (!unpacker.good()) return std::nullopt;
  return response;
}

scsi::ByteVector pack(const Opened& opened) {
  const auto* text = reinterpret_cast<const std::uint8_t*>(opened.what.data());
  return Packer().number(opened.error).bytes({text, opened.what.size()}).done();
}

std::optional<Opened> unpack_opened(scsi::ByteView packet) {
  Unpacker unpacker(packet);
  Opened opened;
  opened.error = static_cast<int>(unpacker.number());
  const scsi::ByteVector text = unpacker.bytes();
  opened.what.assign(text.begin(), text.end());
  if (!unpacker.good()) return std::nullopt;
  return opened;
}

}  // namespace multipath
