#include "multipath/host/live/live_nvme_access.h"

#include <linux/nvme_ioctl.h>
#include <sys/ioctl.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>

#include "libsg/file_descriptor.h"

namespace multipath {
namespace {

// NVM Express Base Specification 2.0: figure 138 (opcodes), 273 (CNS), 202 (log pages), 219 (RGO).
constexpr std::uint8_t get_log_page = 0x02, identify = 0x06;
constexpr std::uint32_t cns_namespace = 0x00, cns_controller = 0x01;
constexpr std::uint32_t ana_log = 0x0c, groups_only = 1U << 8U;
constexpr std::size_t identify_length = 4096;

scsi::ByteVector ask(const scsi::FileDescriptor& node, nvme_admin_cmd command, std::size_t length,
                     const char* what) {
  scsi::ByteVector data(length);
  command.addr = reinterpret_cast<std::uintptr_t>(data.data());
  command.data_len = static_cast<std::uint32_t>(length);
  const int status = ::ioctl(*node, NVME_IOCTL_ADMIN_CMD, &command);
  if (status < 0) throw std::system_error(errno, std::generic_category(), what);
  if (status > 0)
    throw std::runtime_error(
        fmt::format("{}: the controller returned status 0x{:x}", what, status));
  return data;
}

scsi::ByteVector ask_identify(const scsi::FileDescriptor& node, std::uint32_t cns,
                              std::uint32_t namespace_id, const char* what) {
  nvme_admin_cmd command = {};
  command.opcode = identify;
  command.nsid = namespace_id;
  command.cdw10 = cns;
  return ask(node, command, identify_length, what);
}

scsi::ByteVector ask_ana_log(const scsi::FileDescriptor& node, std::size_t length) {
  const auto dwords = static_cast<std::uint32_t>(length / 4 - 1);
  nvme_admin_cmd command = {};
  command.opcode = get_log_page;
  command.cdw10 = ana_log | groups_only | (dwords & 0xffffU) << 16U;
  command.cdw11 = dwords >> 16U;
  return ask(node, command, length, "Get Log Page (ANA)");
}

template <class T>
T decoded(tl::expected<T, scsi::Malformed> value, const char* what) {
  if (!value) throw std::runtime_error(fmt::format("{}: {}", what, value.error().what));
  return *value;
}

NamespaceAccess ask_access(const std::string& controller, std::uint32_t namespace_id) {
  constexpr const char *of_controller = "Identify Controller", *of_namespace = "Identify Namespace";
  const std::string path = "/dev/" + controller;
  const scsi::FileDescriptor node(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  if (!node) throw std::system_error(errno, std::generic_category(), "open " + path);
  const auto support = decoded(
      nvme::decode_identify_controller(ask_identify(node, cns_controller, 0, of_controller)),
      of_controller);
  if (!support.reported) return {};
  NamespaceAccess access;
  access.group =
      decoded(nvme::decode_ana_group(ask_identify(node, cns_namespace, namespace_id, of_namespace)),
              of_namespace);
  const auto state =
      nvme::find_ana_state(ask_ana_log(node, nvme::ana_log_length(support)), access.group);
  if (!state) throw std::runtime_error(state.error());
  access.state = *state;
  return access;
}

}  // namespace

NamespaceAccess LiveNvmeAccess::access(const std::string& controller, std::uint32_t namespace_id) {
  try {
    return ask_access(controller, namespace_id);
  } catch (const std::exception& error) {
    NamespaceAccess access;
    access.trouble = error.what();
    return access;
  }
}

}  // namespace multipath
