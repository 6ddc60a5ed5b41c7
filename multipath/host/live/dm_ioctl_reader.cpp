#include "multipath/host/live/dm_ioctl_reader.h"

#include <linux/dm-ioctl.h>
#include <sys/ioctl.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <span>
#include <system_error>

#include <fcntl.h>

namespace dm {
namespace {

/// A header, and the space behind it that the kernel fills.
class Request {
 public:
  explicit Request(std::size_t size = sizeof(::dm_ioctl)) : buffer_(size) {
    header().version[0] = DM_VERSION_MAJOR;
    header().data_size = static_cast<std::uint32_t>(size);
    header().data_start = sizeof(::dm_ioctl);
  }

  ::dm_ioctl& header() { return *reinterpret_cast<::dm_ioctl*>(buffer_.data()); }

  /// Returns false if there is no such device.
  bool run(int control, unsigned long command, const char* doing) {
    if (::ioctl(control, command, buffer_.data()) == 0) return true;
    if (errno == ENXIO) return false;
    throw std::system_error(errno, std::generic_category(), doing);
  }

  std::span<const std::byte> data() {
    const std::size_t start = std::min<std::size_t>(header().data_start, buffer_.size());
    const std::size_t end = std::min<std::size_t>(header().data_size, buffer_.size());
    return std::span(buffer_).subspan(start, std::max(start, end) - start);
  }

 private:
  std::vector<std::byte> buffer_;
};

/// Returns false for a name that no device can have.
bool set_name(::dm_ioctl& header, std::string_view name) {
  if (name.empty() || name.size() >= DM_NAME_LEN || name.find_first_of("/\0", 0, 2) != name.npos)
    return false;
  std::ranges::copy(name, std::begin(header.name));
  return true;
}

/// include/linux/kdev_t.h, new_encode_dev() and new_decode_dev()
std::uint64_t encode(DeviceNumber number) {
  return (number.minor & 0xffU) | (number.major << 8U) |
         (static_cast<std::uint64_t>(number.minor & ~0xffU) << 12U);
}
DeviceNumber decode(std::uint64_t device) {
  return {.major = static_cast<std::uint32_t>((device & 0xfff00U) >> 8U),
          .minor = static_cast<std::uint32_t>((device & 0xffU) | ((device >> 12U) & 0xfff00U))};
}

std::string text_in(std::span<const char> field) {
  return {field.data(), ::strnlen(field.data(), field.size())};
}

Description description_of(const ::dm_ioctl& header) {
  const auto has = [&](std::uint32_t flag) { return (header.flags & flag) != 0; };
  return {.name = text_in(header.name),
          .uuid = text_in(header.uuid),
          .number = decode(header.dev),
          .open_count = header.open_count,
          .event_number = header.event_nr,
          .target_count = header.target_count,
          .suspended = has(DM_SUSPEND_FLAG),
          .live_table = has(DM_ACTIVE_PRESENT_FLAG),
          .inactive_table = has(DM_INACTIVE_PRESENT_FLAG),
          .read_only = has(DM_READONLY_FLAG),
          .deferred_remove = has(DM_DEFERRED_REMOVE)};
}

/// struct dm_target_spec, each with its parameters behind it; `next` counts from the first.
Table targets_in(std::span<const std::byte> data, std::uint32_t count) {
  Table table;
  std::size_t at = 0;
  for (std::uint32_t i = 0; i < count; ++i) {
    ::dm_target_spec spec{};
    if (at > data.size() || data.size() - at < sizeof(spec)) break;
    std::memcpy(&spec, data.data() + at, sizeof(spec));
    const auto* text = reinterpret_cast<const char*>(data.data() + at + sizeof(spec));
    table.push_back({.start = spec.sector_start,
                     .length = spec.length,
                     .type = text_in(spec.target_type),
                     .parameters = text_in({text, data.size() - at - sizeof(spec)})});
    at = spec.next;
  }
  return table;
}

[[noreturn]] void reject(const char* what) {
  throw std::system_error(ENOTSUP, std::generic_category(),
                          std::string("cannot ") + what + " in a udev rule");
}

}  // namespace

int IoctlReader::control() {
  if (!control_) {
    control_ = scsi::FileDescriptor(::open("/dev/mapper/control", O_RDWR | O_CLOEXEC | O_NOCTTY));
    if (!control_) throw DriverError(errno, "cannot open /dev/mapper/control");
  }
  return *control_;
}

std::optional<Description> IoctlReader::describe(std::string_view name) {
  Request request;
  if (!set_name(request.header(), name)) return std::nullopt;
  if (!request.run(control(), DM_DEV_STATUS, "cannot describe a map")) return std::nullopt;
  return description_of(request.header());
}

std::optional<Description> IoctlReader::describe(DeviceNumber number) {
  if (number.major == 0) return std::nullopt;
  Request request;
  request.header().dev = encode(number);
  if (!request.run(control(), DM_DEV_STATUS, "cannot describe a map")) return std::nullopt;
  return description_of(request.header());
}

std::optional<Table> IoctlReader::targets(std::string_view name, std::uint32_t flags) {
  constexpr std::size_t first_size = 16384, largest_size = std::size_t{64} << 20U;
  for (std::size_t size = first_size; size <= largest_size; size *= 4) {
    Request request(size);
    if (!set_name(request.header(), name)) return std::nullopt;
    request.header().flags = flags;
    if (!request.run(control(), DM_TABLE_STATUS, "cannot read the table of a map"))
      return std::nullopt;
    if ((request.header().flags & DM_BUFFER_FULL_FLAG) == 0)
      return targets_in(request.data(), request.header().target_count);
  }
  throw std::system_error(EFBIG, std::generic_category(), "cannot read the table of a map");
}

std::optional<Table> IoctlReader::table(std::string_view name) {
  return targets(name, DM_STATUS_TABLE_FLAG);
}

std::optional<Table> IoctlReader::status(std::string_view name) {
  return targets(name, DM_NOFLUSH_FLAG);
}

Version IoctlReader::driver_version() { reject("read the driver's version"); }
std::optional<Version> IoctlReader::target_version(std::string_view) {
  reject("read a target's version");
}
std::vector<Device> IoctlReader::list() { reject("list maps"); }
std::vector<DeviceNumber> IoctlReader::dependencies(std::string_view) {
  reject("list the devices of a map");
}
std::unique_ptr<UdevBatch> IoctlReader::begin_batch(WaitForUdev) { reject("change maps"); }
void IoctlReader::create(const NewMap&, UdevFlags, UdevBatch&) { reject("create a map"); }
void IoctlReader::load(std::string_view, const Table&, Access) { reject("load a table"); }
void IoctlReader::clear(std::string_view) { reject("drop a table"); }
void IoctlReader::suspend(std::string_view, Flush) { reject("suspend a map"); }
void IoctlReader::resume(std::string_view, Flush, UdevFlags, UdevBatch&) { reject("resume a map"); }
void IoctlReader::rename(std::string_view, std::string_view, UdevFlags, UdevBatch&) {
  reject("rename a map");
}
void IoctlReader::remove(std::string_view, UdevBatch&) { reject("remove a map"); }
void IoctlReader::message(std::string_view, std::uint64_t, std::string_view) {
  reject("send a map a message");
}

}  // namespace dm
