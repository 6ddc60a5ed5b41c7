#include "libsg/sense.h"

#include <algorithm>
#include <array>
#include <string_view>

#include <fmt/format.h>

namespace scsi {

namespace {

enum class Format { fixed, descriptor };

struct ResponseCode {
  std::uint8_t code;
  Format format;
  bool deferred;
};

constexpr std::array<ResponseCode, 4> response_codes{{
    {0x70, Format::fixed, false},
    {0x71, Format::fixed, true},
    {0x72, Format::descriptor, false},
    {0x73, Format::descriptor, true},
}};

/// Offsets of the fields that both formats have (SPC-5 4.4.2 and 4.4.3).
struct Layout {
  std::size_t key, asc, ascq;
};
constexpr Layout fixed_layout{2, 12, 13};
constexpr Layout descriptor_layout{1, 2, 3};

/// The bytes that count: fixed sense data ends at ADDITIONAL SENSE LENGTH (byte 7).
ByteView within_announced_length(ByteView data, Format format) {
  if (format == Format::descriptor || data.size() < 8) return data;
  return data.first(std::min<std::size_t>(data.size(), 8U + data[7]));
}

constexpr std::array<std::string_view, 16> key_names{
    "no sense",       "recovered error", "not ready",      "medium error",
    "hardware error", "illegal request", "unit attention", "data protect",
    "blank check",    "vendor specific", "copy aborted",   "aborted command",
    "reserved",       "volume overflow", "miscompare",     "completed",
};

}  // namespace

std::optional<Sense> decode_sense(ByteView data) {
  if (data.empty()) return std::nullopt;
  const auto response = std::find_if(response_codes.begin(), response_codes.end(),
                                     [&](const auto& r) { return r.code == (data[0] & 0x7f); });
  if (response == response_codes.end()) return std::nullopt;
  const Layout& layout = response->format == Format::fixed ? fixed_layout : descriptor_layout;
  if (data.size() <= layout.key) return std::nullopt;

  const ByteView counted = within_announced_length(data, response->format);
  Sense sense;
  sense.key = static_cast<SenseKey>(data[layout.key] & 0xf);
  if (counted.size() > layout.asc) sense.asc = counted[layout.asc];
  if (counted.size() > layout.ascq) sense.ascq = counted[layout.ascq];
  sense.deferred = response->deferred;
  return sense;
}

std::string to_string(SenseKey key) {
  return std::string(key_names[static_cast<std::size_t>(key) & 0xf]);
}

std::string to_string(const Sense& sense) {
  return fmt::format("{} {:02x}/{:02x}{}", to_string(sense.key), sense.asc, sense.ascq,
                     sense.deferred ? " (deferred)" : "");
}

}  // namespace scsi
