#include <cstdlib>

#include <fmt/format.h>

#include "multipath/model/multipath_status.h"

namespace {

using namespace multipath;

std::string letter(GroupStatus status) {
  if (status == GroupStatus::active) return "A";
  return status == GroupStatus::enabled ? "E" : "D";
}

/// The status in the kernel's form, without the words that are not kept.
std::string written(const MultipathStatus& status) {
  auto text = fmt::format("2 {:d} {} 0 {} {}", status.queue_io, status.pg_init_count,
                          status.groups.size(), status.current_group);
  for (const auto& group : status.groups) {
    text += fmt::format(" {} 0 {} 0", letter(group.status), group.paths.size());
    for (const auto& path : group.paths)
      text += fmt::format(" {} {} {}", to_string(path.number),
                          path.state == PathDmState::active ? 'A' : 'F', path.fail_count);
  }
  return text;
}

}  // namespace

/// A parsed status survives a round trip.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto status = parse_multipath_status(text);
  if (!status) {
    if (status.error().offset > size) std::abort();
    return 0;
  }
  const auto again = parse_multipath_status(written(*status));
  if (!again || *again != *status) std::abort();
  return 0;
}
