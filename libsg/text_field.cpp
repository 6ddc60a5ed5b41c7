#include "libsg/text_field.h"

#include <algorithm>

namespace scsi {

namespace {

bool is_filler(std::uint8_t byte) { return byte == ' ' || byte == 0; }

}  // namespace

std::string text_field(ByteView bytes) {
  const auto end = std::find_if_not(bytes.rbegin(), bytes.rend(), is_filler).base();
  return std::string(bytes.begin(), end);
}

std::string trimmed_text_field(ByteView bytes) {
  const auto begin = std::find_if_not(bytes.begin(), bytes.end(), is_filler);
  return text_field(bytes.subspan(static_cast<std::size_t>(begin - bytes.begin())));
}

}  // namespace scsi
