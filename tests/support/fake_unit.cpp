#include "tests/support/fake_unit.h"

#include <cerrno>
#include <system_error>
#include <utility>

#include "libsg/bytes.h"
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
  if (delay) delay();
  journal.push_back(command);
  if (always) return *always;
  if (after && journal.size() > after->first) return after->second;
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
    if (test_unit_ready) return *test_unit_ready;
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

class FakeTransport::OpenUnit : public scsi::LogicalUnit {
 public:
  OpenUnit(FakeTransport& transport, FakeUnit& unit) : transport_(transport), unit_(unit) {}
  ~OpenUnit() override {
    const std::lock_guard lock(transport_.mutex_);
    --transport_.open_units_;
    transport_.closed_.notify_all();
  }
  OpenUnit(const OpenUnit&) = delete;
  OpenUnit& operator=(const OpenUnit&) = delete;

  scsi::Response execute(const scsi::Command& command) override { return unit_.execute(command); }

 private:
  FakeTransport& transport_;
  FakeUnit& unit_;
};

FakeTransport::~FakeTransport() {
  std::unique_lock lock(mutex_);
  closed_.wait(lock, [&] { return open_units_ == 0; });
}

std::unique_ptr<scsi::LogicalUnit> FakeTransport::open(std::string_view node) {
  const auto found = units.find(node);
  if (found == units.end()) {
    throw std::system_error(ENXIO, std::generic_category(), "open " + std::string(node));
  }
  const std::lock_guard lock(mutex_);
  ++open_units_;
  return std::make_unique<OpenUnit>(*this, found->second);
}

std::function<void()> Hang::delay() const {
  return [gate = gate_] {
    std::unique_lock lock(gate->mutex);
    ++gate->waiting;
    gate->opened.wait(lock, [&] { return gate->open; });
    --gate->waiting;
  };
}

void Hang::release() {
  const std::lock_guard lock(gate_->mutex);
  gate_->open = true;
  gate_->opened.notify_all();
}

int Hang::waiting() const {
  const std::lock_guard lock(gate_->mutex);
  return gate_->waiting;
}

}  // namespace tests
