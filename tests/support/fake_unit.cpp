#include "tests/support/fake_unit.h"

#include <cerrno>
#include <system_error>
#include <utility>

#include "libsg/big_endian.h"
#include "tests/support/scsi_bytes.h"

namespace tests {

namespace {

using scsi::SenseKey;

scsi::Response invalid_field() {
  return check_condition(fixed_sense(SenseKey::illegal_request, 0x24, 0x00));
}

scsi::Response invalid_opcode() {
  return check_condition(fixed_sense(SenseKey::illegal_request, 0x20, 0x00));
}

class OpenUnit : public scsi::LogicalUnit {
 public:
  explicit OpenUnit(FakeUnit& unit) : unit_(unit) {}
  scsi::Response execute(const scsi::Command& command) override { return unit_.execute(command); }

 private:
  FakeUnit& unit_;
};

}  // namespace

scsi::Response check_condition(scsi::ByteVector sense) {
  scsi::Response response;
  response.status = scsi::Status::check_condition;
  response.sense = std::move(sense);
  return response;
}

scsi::Response not_delivered(scsi::Delivery delivery, int host_status) {
  scsi::Response response;
  response.delivery = delivery;
  response.host_status = host_status;
  return response;
}

scsi::Response FakeUnit::execute(const scsi::Command& command) {
  journal.push_back(command);
  if (always) return *always;
  if (unit_attentions > 0) {
    --unit_attentions;
    return check_condition(fixed_sense(SenseKey::unit_attention, 0x29, 0x00));
  }
  if (deferred_errors > 0) {
    --deferred_errors;
    return check_condition(deferred(fixed_sense(SenseKey::medium_error, 0x0c, 0x00)));
  }
  return obey(command);
}

scsi::Response FakeUnit::obey(const scsi::Command& command) {
  if (longest_allocation && command.allocation_length > *longest_allocation) {
    return invalid_field();
  }
  const ByteVector& cdb = command.cdb;
  if (cdb.size() == 6 && cdb[0] == 0x00) {
    return ready ? scsi::Response{} : check_condition(fixed_sense(SenseKey::not_ready, 0x04, 0x03));
  }
  if (cdb.size() == 6 && cdb[0] == 0x12 && cdb[1] == 0 && cdb[2] == 0) {
    return send(command, inquiry);
  }
  if (cdb.size() == 6 && cdb[0] == 0x12 && cdb[1] == 1) {
    const auto page = pages.find(cdb[2]);
    return page == pages.end() ? invalid_field() : send(command, page->second);
  }
  if (cdb.size() == 12 && cdb[0] == 0xa3 && (cdb[1] & 0x1f) == 0x0a && target_port_groups) {
    return send(command, *target_port_groups);
  }
  return invalid_opcode();
}

scsi::Response FakeUnit::send(const scsi::Command& command, scsi::ByteVector data) const {
  if (tamper) tamper(journal.size() - 1, data);
  const std::size_t announced = command.cdb.size() == 6 ? scsi::big_endian_16(command.cdb, 3)
                                                        : scsi::big_endian_32(command.cdb, 6);
  for (const std::size_t limit :
       {announced, command.allocation_length, transfer_limit.value_or(data.size())}) {
    if (data.size() > limit) data.resize(limit);
  }
  scsi::Response response = sense_with_data ? check_condition(*sense_with_data) : scsi::Response{};
  response.data = std::move(data);
  return response;
}

FakeUnit fake_disk(std::string_view vendor, std::string_view product, std::string_view serial,
                   scsi::ByteVector naa) {
  FakeUnit unit;
  unit.inquiry = inquiry_data(vendor, product);
  unit.pages[0x00] = vpd_page(0x00, bytes({0x00, 0x80, 0x83}));
  unit.pages[0x80] = vpd_page(0x80, bytes(serial));
  unit.pages[0x83] =
      device_identification_page({designator(scsi::DesignatorType::naa, std::move(naa))});
  return unit;
}

std::unique_ptr<scsi::LogicalUnit> FakeTransport::open(std::string_view node) {
  const auto found = units.find(node);
  if (found == units.end()) {
    throw std::system_error(ENXIO, std::generic_category(), "open " + std::string(node));
  }
  return std::make_unique<OpenUnit>(found->second);
}

}  // namespace tests
