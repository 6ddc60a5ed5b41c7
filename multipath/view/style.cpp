#include "multipath/view/style.h"

namespace multipath {

Style style_of(const Stream& stream) {
  constexpr std::uint32_t console_major = 4, serial_minor = 64, first_pts = 136, last_pts = 143;
  const bool is_console = stream.major == console_major && stream.minor < serial_minor;
  const bool is_pts = stream.major >= first_pts && stream.major <= last_pts;
  if (!stream.is_terminal || (!is_console && !is_pts)) return Style::plain;
  if (stream.no_color && !stream.no_color->empty()) return Style::plain;
  const std::string term = stream.term.value_or("");
  return term.empty() || term == "dumb" || term == "unknown" ? Style::plain : Style::terminal;
}

}  // namespace multipath
