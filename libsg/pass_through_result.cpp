#include "libsg/pass_through_result.h"

#include <algorithm>
#include <utility>

namespace scsi {

namespace {

/// The kernel's include/scsi/scsi_status.h.
constexpr int did_no_connect = 0x01;
constexpr int did_time_out = 0x03;
constexpr int did_bad_target = 0x04;

/// What the SCSI mid-layer makes of a status that the device gave (target, nexus and medium
/// failure): the device did answer.
bool restates_status(int host_status) {
  return host_status == 0x10 || host_status == 0x11 || host_status == 0x13;
}

Delivery delivery_of(const PassThroughResult& result) {
  if (result.os_error != 0) return Delivery::refused;
  switch (result.host_status) {
    case 0:
      return result.driver_failed ? Delivery::transport_error : Delivery::answered;
    case did_time_out:
      return Delivery::timed_out;
    case did_no_connect:
    case did_bad_target:
      return Delivery::no_connection;
    default:
      return restates_status(result.host_status) && result.status != 0 ? Delivery::answered
                                                                       : Delivery::transport_error;
  }
}

std::size_t clamped(int length, std::size_t limit) {
  return std::min(static_cast<std::size_t>(std::max(length, 0)), limit);
}

}  // namespace

Response to_response(const PassThroughResult& result, ByteVector data, ByteVector sense) {
  Response response;
  response.delivery = delivery_of(result);
  if (response.delivery == Delivery::refused) {
    response.os_error = result.os_error;
    return response;
  }
  if (response.delivery != Delivery::answered) {
    response.host_status = result.host_status;
    return response;
  }
  response.status = static_cast<Status>(result.status & 0xff);
  data.resize(data.size() - clamped(result.residual, data.size()));
  sense.resize(clamped(result.sense_length, sense.size()));
  response.data = std::move(data);
  response.sense = std::move(sense);
  return response;
}

}  // namespace scsi
