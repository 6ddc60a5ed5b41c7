#include "libsg/ask.h"
#include "libsg/pass_through_result.h"
#include "tests/fuzz/property.h"

namespace {

/// A device and a driver controlled by the fuzzer. A command takes from the input:
///
///     answer = flags status host-status residual(2) sense-length(2) data-length(2) data
///     flags  = bit 0: what follows is sense data, bit 1: all ones in residual and sense length
///
/// The end of the input is a time-out. The transport truncates the data to the allocation length.
class HostileUnit : public scsi::LogicalUnit {
 public:
  explicit HostileUnit(scsi::ByteView script) : script_(script) {}

  scsi::Response execute(const scsi::Command& command) override {
    ++commands;
    scsi::PassThroughResult result;
    const int flags = next();
    result.status = next();
    result.host_status = script_.empty() ? 3 : next();
    result.residual = next_16(flags);
    result.sense_length = next_16(flags);
    const auto length = static_cast<std::size_t>(next_16(0));
    scsi::ByteVector sent = take(length);
    scsi::ByteVector data((flags & 1) != 0 ? scsi::ByteVector{} : sent);
    data.resize(command.allocation_length);
    sent.resize(252);
    const scsi::Response response = scsi::to_response(result, std::move(data), std::move(sent));
    tests::require(response.data.size() <= command.allocation_length);
    tests::require(response.sense.size() <= 252);
    return response;
  }

  int commands = 0;

 private:
  int next() {
    if (script_.empty()) return 0;
    const int byte = script_.front();
    script_ = script_.subspan(1);
    return byte;
  }
  int next_16(int flags) {
    const int high = next();
    const int number = high << 8 | next();
    return (flags & 2) != 0 ? ~number : number;
  }
  scsi::ByteVector take(std::size_t length) {
    const scsi::ByteView taken = script_.first(std::min(length, script_.size()));
    script_ = script_.subspan(taken.size());
    return {taken.begin(), taken.end()};
  }

  scsi::ByteView script_;
};

template <typename Question>
void ask(scsi::ByteView script, Question question) {
  HostileUnit unit(script);
  const auto answer = question(unit);
  tests::require(unit.commands <= 2 * (1 + scsi::unit_attention_retries));
  if (!answer) tests::require(!to_string(answer.error()).empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace std::chrono_literals;
  const tests::ExactBytes script(bytes, size);
  ask(script.view(), [](scsi::LogicalUnit& unit) { return ask_standard_inquiry(unit, 1s); });
  ask(script.view(), [](scsi::LogicalUnit& unit) { return ask_device_identification(unit, 1s); });
  ask(script.view(), [](scsi::LogicalUnit& unit) { return ask_unit_serial_number(unit, 1s); });
  ask(script.view(), [](scsi::LogicalUnit& unit) { return ask_target_port_groups(unit, 1s); });
  ask(script.view(), [](scsi::LogicalUnit& unit) {
    auto page = ask_vpd_page(unit, 0x83, 1s);
    if (page) {
      tests::require(page->size() <= *scsi::announced_length(*page) && (*page)[1] == 0x83);
    }
    return page;
  });
  return 0;
}
