#include "libsg/transport.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <system_error>
#include <utility>

#include <fmt/format.h>

namespace scsi {

namespace {

constexpr std::array<std::pair<Status, std::string_view>, 8> status_names{{
    {Status::good, "good"},
    {Status::check_condition, "check condition"},
    {Status::condition_met, "condition met"},
    {Status::busy, "busy"},
    {Status::reservation_conflict, "reservation conflict"},
    {Status::task_set_full, "task set full"},
    {Status::aca_active, "ACA active"},
    {Status::task_aborted, "task aborted"},
}};

/// DID_* of the kernel's include/scsi/scsi_status.h, indexed by their value.
constexpr std::array<std::string_view, 21> host_status_names{
    "DID_OK",
    "DID_NO_CONNECT",
    "DID_BUS_BUSY",
    "DID_TIME_OUT",
    "DID_BAD_TARGET",
    "DID_ABORT",
    "DID_PARITY",
    "DID_ERROR",
    "DID_RESET",
    "DID_BAD_INTR",
    "DID_PASSTHROUGH",
    "DID_SOFT_ERROR",
    "DID_IMM_RETRY",
    "DID_REQUEUE",
    "DID_TRANSPORT_DISRUPTED",
    "DID_TRANSPORT_FAILFAST",
    "DID_TARGET_FAILURE",
    "DID_NEXUS_FAILURE",
    "DID_ALLOC_FAILURE",
    "DID_MEDIUM_ERROR",
    "DID_TRANSPORT_MARGINAL",
};

std::string describe_status(const Response& response) {
  if (response.status == Status::check_condition) {
    const auto sense = decode_sense(response.sense);
    return sense ? to_string(*sense) : "check condition without sense data";
  }
  return to_string(response.status);
}

std::string describe_transport_error(int host_status) {
  if (host_status == 0) return "transport error";
  const auto index = static_cast<std::size_t>(host_status);
  if (host_status < 0 || index >= host_status_names.size()) {
    return fmt::format("transport error (host status 0x{:x})", host_status);
  }
  return fmt::format("transport error ({})", host_status_names[index]);
}

}  // namespace

bool Response::usable() const {
  if (delivery != Delivery::answered) return false;
  if (status == Status::good || status == Status::condition_met) return true;
  if (status != Status::check_condition) return false;
  const auto decoded = decode_sense(sense);
  return decoded && !decoded->deferred &&
         (decoded->key == SenseKey::recovered_error || decoded->key == SenseKey::no_sense);
}

std::string to_string(Status status) {
  const auto found = std::find_if(status_names.begin(), status_names.end(),
                                  [&](const auto& n) { return n.first == status; });
  if (found != status_names.end()) return std::string(found->second);
  return fmt::format("status 0x{:02x}", static_cast<int>(status));
}

std::string to_string(const Response& response) {
  switch (response.delivery) {
    case Delivery::answered:
      return describe_status(response);
    case Delivery::timed_out:
      return "time-out";
    case Delivery::no_connection:
      return "no connection to the target";
    case Delivery::transport_error:
      return describe_transport_error(response.host_status);
    case Delivery::refused:
      return std::generic_category().message(response.os_error);
  }
  return "unknown delivery";
}

}  // namespace scsi
