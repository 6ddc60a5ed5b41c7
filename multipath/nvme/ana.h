#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "libsg/bytes.h"

namespace nvme {

/// Asymmetric namespace access: how well a controller reaches a namespace (NVM Express Base
/// Specification 2.0, 8.1.1; ANA state of figure 220).
enum class AnaState : std::uint8_t {
  optimized = 0x1,
  non_optimized = 0x2,
  inaccessible = 0x3,
  persistent_loss = 0x4,
  change = 0xf,
};
/// As the kernel spells it in sysfs: "optimized", "non-optimized", "persistent-loss".
std::string to_string(AnaState state);
std::optional<AnaState> parse_ana_state(std::string_view text);

/// The ANA fields of Identify Controller (CNS 01h, 4096 bytes).
struct AnaSupport {
  bool reported = false;     ///< CMIC bit 3: the controller has states, and a log page of them
  std::uint32_t groups = 0;  ///< NANAGRPID: how many groups there can be

  auto operator<=>(const AnaSupport&) const = default;
};
tl::expected<AnaSupport, scsi::Malformed> decode_identify_controller(scsi::ByteView data);

/// ANAGRPID of Identify Namespace (CNS 00h, 4096 bytes); 0 for a namespace in no group.
tl::expected<std::uint32_t, scsi::Malformed> decode_ana_group(scsi::ByteView data);

/// Bytes of the ANA log page (0Ch) with groups only. A controller that claims more groups than any
/// has gets a page cut short.
std::size_t ana_log_length(const AnaSupport& support);

/// The state of a group by the ANA log page; the error names what is missing or malformed. A page
/// that was requested with its namespaces is also accepted.
tl::expected<AnaState, std::string> find_ana_state(scsi::ByteView log, std::uint32_t group);

}  // namespace nvme
