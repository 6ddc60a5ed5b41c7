#include "libsg/transport.h"

#include <cerrno>
#include <climits>

#include <doctest/doctest.h>

#include "libsg/pass_through_result.h"
#include "tests/support/fake_unit.h"
#include "tests/support/scsi_bytes.h"

using scsi::Delivery;
using scsi::PassThroughResult;
using scsi::Response;
using scsi::SenseKey;
using scsi::Status;
using tests::ByteVector;

namespace {

Response with_status(Status status) {
  Response response;
  response.status = status;
  return response;
}

}  // namespace

TEST_CASE("only GOOD and CONDITION MET make a response usable without sense") {
  CHECK(with_status(Status::good).usable());
  CHECK(with_status(Status::condition_met).usable());
  for (const auto status : {Status::check_condition, Status::busy, Status::reservation_conflict,
                            Status::task_set_full, Status::aca_active, Status::task_aborted}) {
    CHECK_FALSE(with_status(status).usable());
  }
}

TEST_CASE("CHECK CONDITION is usable with RECOVERED ERROR and NO SENSE only") {
  for (int key = 0; key < 16; ++key) {
    const auto sense_key = static_cast<SenseKey>(key);
    const bool usable = sense_key == SenseKey::no_sense || sense_key == SenseKey::recovered_error;
    CHECK(tests::check_condition(tests::fixed_sense(sense_key)).usable() == usable);
    CHECK(tests::check_condition(tests::descriptor_sense(sense_key)).usable() == usable);
  }
}

TEST_CASE("a deferred RECOVERED ERROR is not about this command's data") {
  CHECK_FALSE(tests::check_condition(tests::deferred(tests::fixed_sense(SenseKey::recovered_error)))
                  .usable());
}

TEST_CASE("an unanswered command is never usable") {
  for (const auto delivery : {Delivery::timed_out, Delivery::no_connection,
                              Delivery::transport_error, Delivery::refused}) {
    CHECK_FALSE(tests::not_delivered(delivery).usable());
  }
}

TEST_CASE("responses print in words") {
  CHECK(to_string(with_status(Status::good)) == "good");
  CHECK(to_string(with_status(Status::reservation_conflict)) == "reservation conflict");
  CHECK(to_string(with_status(Status{0x22})) == "status 0x22");
  CHECK(to_string(with_status(Status::check_condition)) == "check condition without sense data");
  CHECK(to_string(tests::check_condition(tests::fixed_sense(SenseKey::not_ready, 0x04, 0x0b))) ==
        "not ready 04/0b");
  CHECK(to_string(tests::not_delivered(Delivery::timed_out)) == "time-out");
  CHECK(to_string(tests::not_delivered(Delivery::no_connection, 1)) ==
        "no connection to the target");
  CHECK(to_string(tests::not_delivered(Delivery::transport_error, 7)) ==
        "transport error (DID_ERROR)");
  CHECK(to_string(tests::not_delivered(Delivery::transport_error, 0)) == "transport error");
  CHECK(to_string(tests::not_delivered(Delivery::transport_error, 0x99)) ==
        "transport error (host status 0x99)");
  Response refused = tests::not_delivered(Delivery::refused);
  refused.os_error = ENODEV;
  CHECK(to_string(refused) == "No such device");
}

TEST_CASE("the residual count shortens the data, whatever its value") {
  const auto left = [](int residual) {
    return scsi::to_response({.residual = residual}, ByteVector(36, 'd'), {}).data.size();
  };
  CHECK(left(0) == 36);
  CHECK(left(10) == 26);
  CHECK(left(36) == 0);
  CHECK(left(37) == 0);
  CHECK(left(-1) == 36);
  CHECK(left(INT_MIN) == 36);
  CHECK(left(INT_MAX) == 0);
}

TEST_CASE("the sense length is limited to the buffer") {
  const auto left = [](int length) {
    return scsi::to_response({.status = 2, .sense_length = length}, {}, ByteVector(252, 0x70))
        .sense.size();
  };
  CHECK(left(0) == 0);
  CHECK(left(18) == 18);
  CHECK(left(253) == 252);
  CHECK(left(-1) == 0);
  CHECK(left(INT_MAX) == 252);
}

TEST_CASE("kernel and adapter errors become delivery failures") {
  const auto delivery = [](const PassThroughResult& result) {
    return scsi::to_response(result, ByteVector(4), {}).delivery;
  };
  CHECK(delivery({}) == Delivery::answered);
  CHECK(delivery({.os_error = ENODEV, .host_status = 3}) == Delivery::refused);
  CHECK(delivery({.host_status = 0x01}) == Delivery::no_connection);
  CHECK(delivery({.host_status = 0x03}) == Delivery::timed_out);
  CHECK(delivery({.host_status = 0x04}) == Delivery::no_connection);
  CHECK(delivery({.host_status = 0x07}) == Delivery::transport_error);
  CHECK(delivery({.host_status = 0x0f, .status = 2}) == Delivery::transport_error);
  CHECK(delivery({.driver_failed = true}) == Delivery::transport_error);
}

TEST_CASE("a host status that repeats the device's status is an answer") {
  const Response conflict = scsi::to_response({.host_status = 0x11, .status = 0x18}, {}, {});
  CHECK(conflict.delivery == Delivery::answered);
  CHECK(conflict.status == Status::reservation_conflict);
  CHECK(scsi::to_response({.host_status = 0x11}, {}, {}).delivery == Delivery::transport_error);
}

TEST_CASE("an unanswered response has no data") {
  const Response response = scsi::to_response({.host_status = 7}, ByteVector(4), ByteVector(252));
  CHECK(response == tests::not_delivered(Delivery::transport_error, 7));
}
