#pragma once

#include <cstdint>
#include <string>

namespace multipath {

/// A change of a configuration file's lines (from 1 on) that takes a mistake away and leaves what the file means here.
struct Repair {
  enum class Kind : std::uint8_t {
    comment_out,   ///< lines `line` to `last_line`
    comment_rest,  ///< of `line`, from `column` on
    acknowledge,   ///< adds the comment that says "has no effect here"
    join_brace,    ///< the '{' of `last_line` goes to the end of `line`, at `column`
    move_into,  ///< what stands between `line` and `last_line` goes before line `before`, the rest is commented out
  };
  Kind kind = Kind::comment_out;
  std::uint32_t line = 0;
  std::uint32_t last_line = 0;
  std::uint32_t column = 0;
  std::uint32_t before = 0;
  std::string why;  ///< for a comment above the lines
};

}  // namespace multipath
