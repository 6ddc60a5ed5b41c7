#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "multipath/config/configuration.h"

namespace multipath {

// The copy of the last configuration without errors. It is kept beside the wwids file: on the root
// file system, since it is needed before /var is mounted, and where the initramfs hooks find the
// files for the image. It is a multipath.conf(5) itself:
//
//   copy  = header { part }
//   header = "# multipath: ..." newline "# time: " time newline
//   part  = "# file: " length " " name newline, then `length` bytes of that file, newline
//
// A name has no newline; a length counts bytes.

inline constexpr std::string_view last_good_file = "/etc/multipath/last-good.conf";

struct LastGood {
  std::string time;  ///< when it was first seen: "2025-07-01T12:00:00Z"
  std::vector<ConfigurationText> files;
};

std::string last_good_text(std::span<const ConfigurationText> files, std::string_view time);
/// Nothing for a text that is not a whole copy.
std::optional<LastGood> parse_last_good(std::string_view text);

/// Is it a copy of these files?
bool is_copy_of(const LastGood& copy, std::span<const ConfigurationText> files);

}  // namespace multipath
