#include "multipath/config/origin.h"

#include <fmt/format.h>

namespace multipath {

std::string to_string(const Origin& origin) {
  switch (origin.kind) {
    case Origin::Kind::hardware_table:
      return "hardware table, row " + origin.row;
    case Origin::Kind::file:
      return origin.section.empty()
                 ? fmt::format("{}:{}", origin.place.file, origin.place.line)
                 : fmt::format("{}:{} ({})", origin.place.file, origin.place.line, origin.section);
    case Origin::Kind::built_in:
      break;
  }
  return "built-in default";
}

}  // namespace multipath
