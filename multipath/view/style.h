#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace multipath {

/// Whether to use escape codes of a terminal.
enum class Style : bool { plain, terminal };

/// An output stream as fstat(2) and isatty(3) describe it, and the environment.
struct Stream {
  bool is_terminal = false;
  std::uint32_t major = 0, minor = 0;   ///< device number of the terminal
  std::optional<std::string> term;      ///< TERM
  std::optional<std::string> no_color;  ///< NO_COLOR
};

/// Uses escape codes on virtual consoles and pseudo-terminals only. Serial lines (ttyS, ttyAMA,
/// ttyUSB, hvc, /dev/console: kernel, admin-guide/devices.txt) may print or log escape codes
/// verbatim, whatever TERM is: the kernel starts init with TERM=linux. Uses no escape codes if TERM
/// is unset, "dumb" or "unknown", or if NO_COLOR is set and not empty (https://no-color.org).
Style style_of(const Stream& stream);

}  // namespace multipath
