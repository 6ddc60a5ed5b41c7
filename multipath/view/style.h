#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace multipath {

/// Whether a text goes to a terminal that takes colours.
enum class Style : bool { plain, terminal };

/// Where a text goes, as fstat(2) and isatty(3) describe it, and what the environment says about it.
struct Stream {
  bool is_terminal = false;
  std::uint32_t major = 0, minor = 0;   ///< of the terminal's device
  std::optional<std::string> term;      ///< TERM
  std::optional<std::string> no_color;  ///< NO_COLOR
};

/// Escape codes go to virtual consoles and to terminals of the pts kind only. A serial line (ttyS, ttyAMA, ttyUSB, hvc,
/// /dev/console: see admin-guide/devices.txt of the kernel) shows or logs them as they are, whatever TERM says: the kernel
/// starts init with TERM=linux on it. None either where TERM is not set, "dumb" or "unknown", nor with NO_COLOR
/// (https://no-color.org: any value but the empty one).
Style style_of(const Stream& stream);

}  // namespace multipath
