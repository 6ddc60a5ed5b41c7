#include "libsg/vendor_clariion.h"

#include <algorithm>

#include <fmt/format.h>

#include "libsg/vendor_page.h"

namespace scsi {

namespace {

constexpr std::size_t needed_length = 49;

bool set_up_for_failover(ByteView page) {
  const int mode = page[28] & 0x07;
  return page[27] == 0x03 && (mode == 0x04 || mode == 0x06) && (page[30] & 0x04) != 0;
}

}  // namespace

tl::expected<UnitPathReport, Malformed> decode_unit_path_report(ByteView page) {
  const auto whole =
      whole_vendor_page(page, unit_path_report_page, needed_length, "unit path report");
  if (!whole) return tl::unexpected(whole.error());
  const ByteView bytes = *whole;
  if (bytes[9] != 0) {
    return tl::unexpected(
        Malformed{9, fmt::format("unit path report is of revision {}, not 0", bytes[9])});
  }
  UnitPathReport report;
  report.state = static_cast<UnitPathReport::UnitState>(bytes[4]);
  report.answered_by_default_owner = bytes[5] == bytes[8];
  std::copy_n(bytes.begin() + 10, report.wwn.size(), report.wwn.begin());
  report.set_up_for_failover = set_up_for_failover(bytes);
  report.normal_operation = bytes[48] == 0;
  return report;
}

Answer<UnitPathReport> ask_unit_path_report(LogicalUnit& unit, std::chrono::milliseconds timeout) {
  return ask_vpd_page(unit, unit_path_report_page, timeout, decode_unit_path_report);
}

}  // namespace scsi
