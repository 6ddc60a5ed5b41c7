/// ask_unit NODE [PAGE] [TIMEOUT_MS]: asks a logical unit through libsg, for scenarios to compare.
///
/// With PAGE (0x83, or "inquiry", "groups") the bytes of that answer go to stdout as they came.
/// Without, everything decoded, a line each:
///
///     ready: RESPONSE
///     inquiry: type=N tpgs=N 'VENDOR' 'PRODUCT' 'REVISION'
///     serial: 'TEXT'
///     designator: ASSOCIATION TYPE CODE-SET HEX
///     pre-spc3: HEX
///     cut-short: REASON
///     group: ID STATE preferred=0|1 ports=N,N...
///     no QUESTION: REASON
///
/// Exit status 0 unless nothing at all was answered.

#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <system_error>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "libsg/ask.h"
#include "libsg/sg_io_transport.h"

namespace {

std::string hex(scsi::ByteView bytes) {
  std::string text;
  for (const auto byte : bytes) text += fmt::format("{:02x}", byte);
  return text;
}

template <typename T, typename Print>
int told(std::string_view question, const scsi::Answer<T>& answer, Print print) {
  if (!answer) {
    fmt::print("no {}: {}\n", question, to_string(answer.error()));
    return 0;
  }
  print(*answer);
  return 1;
}

void print_identification(const scsi::DeviceIdentification& identification) {
  for (const auto& d : identification.designators) {
    fmt::print("designator: {} {} {} {}\n", to_string(d.association), to_string(d.type),
               to_string(d.code_set), hex(d.bytes));
  }
  if (identification.pre_spc3) fmt::print("pre-spc3: {}\n", hex(*identification.pre_spc3));
  if (identification.cut_short) fmt::print("cut-short: {}\n", identification.cut_short->what);
}

int ask_everything(scsi::LogicalUnit& unit, std::chrono::milliseconds timeout) {
  const auto ready = execute_past_unit_attention(unit, scsi::test_unit_ready(timeout));
  fmt::print("ready: {}\n", to_string(ready));
  int answers = ready.delivery == scsi::Delivery::answered ? 1 : 0;
  answers += told("inquiry", ask_standard_inquiry(unit, timeout), [](const auto& inquiry) {
    fmt::print("inquiry: type={} tpgs={} '{}' '{}' '{}'\n", inquiry.peripheral_type,
               static_cast<int>(inquiry.tpgs), inquiry.vendor, inquiry.product, inquiry.revision);
  });
  answers += told("serial", ask_unit_serial_number(unit, timeout),
                  [](const auto& serial) { fmt::print("serial: '{}'\n", serial); });
  answers += told("identification", ask_device_identification(unit, timeout), print_identification);
  answers += told("groups", ask_target_port_groups(unit, timeout), [](const auto& groups) {
    for (const auto& group : groups) {
      fmt::print("group: {} {} preferred={} ports={}\n", group.id, to_string(group.state),
                 static_cast<int>(group.preferred), fmt::join(group.relative_ports, ","));
    }
  });
  return answers > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

int write_bytes(const scsi::ByteVector& bytes) {
  std::fwrite(bytes.data(), 1, bytes.size(), stdout);
  return EXIT_SUCCESS;
}

int write_answer(scsi::LogicalUnit& unit, const std::string& what,
                 std::chrono::milliseconds timeout) {
  if (what == "inquiry") return write_bytes(unit.execute(scsi::inquiry(36, timeout)).data);
  if (what == "groups") {
    return write_bytes(unit.execute(scsi::report_target_port_groups(1024, timeout)).data);
  }
  const auto page = static_cast<std::uint8_t>(std::strtoul(what.c_str(), nullptr, 0));
  const auto answer = ask_vpd_page(unit, page, timeout);
  if (answer) return write_bytes(*answer);
  fmt::print(stderr, "page {}: {}\n", what, to_string(answer.error()));
  return EXIT_FAILURE;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2 || argc > 4) {
    std::fputs("usage: ask_unit NODE [PAGE|inquiry|groups|all] [TIMEOUT_MS]\n", stderr);
    return EXIT_FAILURE;
  }
  const std::string what = argc > 2 ? argv[2] : "all";
  const std::chrono::milliseconds timeout(argc > 3 ? std::strtol(argv[3], nullptr, 10) : 5000);
  try {
    const auto unit = scsi::SgIoTransport("/dev").open(argv[1]);
    return what == "all" ? ask_everything(*unit, timeout) : write_answer(*unit, what, timeout);
  } catch (const std::system_error& error) {
    fmt::print(stderr, "ask_unit: {}\n", error.what());
    return EXIT_FAILURE;
  }
}
