#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace multipath {

/// Where something stands in a configuration file. Lines and columns (bytes) count from 1; line 0 is
/// the whole file.
struct Place {
  std::string file;
  std::uint32_t line = 0;
  std::uint32_t column = 0;

  auto operator<=>(const Place&) const = default;
};
/// "/etc/multipath.conf:3:7", or the file alone.
std::string to_string(const Place& place);

/// Where a value or rule comes from.
struct Origin {
  enum class Kind : std::uint8_t {
    built_in,        ///< the program's own default
    hardware_table,  ///< a row of the hardware table
    file,            ///< a line of a configuration file
  };
  Kind kind = Kind::built_in;
  std::string row;      ///< of the hardware table: "IBM ^2145"
  Place place;          ///< in a file
  std::string section;  ///< in a file: "defaults", "devices device"

  auto operator<=>(const Origin&) const = default;
};
/// "/etc/multipath.conf:3 (defaults)", "hardware table, row IBM ^2145" or "built-in default".
std::string to_string(const Origin& origin);

/// A value and what decided it.
template <class T>
struct Setting {
  T value{};
  Origin origin;

  auto operator<=>(const Setting&) const = default;
};

/// Something wrong in a configuration file, or worth knowing.
struct Diagnostic {
  enum class Severity : std::uint8_t {
    note,     ///< a valid setting without effect here
    warning,  ///< a line or section that is skipped, or doubtful
    error,    ///< makes the whole configuration void
  };
  Severity severity = Severity::error;
  Place place;
  std::string token;    ///< as it stands in the file; any bytes, shortened when very long
  std::string what;     ///< one sentence without its dot
  std::string nearest;  ///< the word that was perhaps meant; often empty

  auto operator<=>(const Diagnostic&) const = default;
};
/// "/etc/multipath.conf:3:7: error: no keyword 'no_path_rety' in section defaults; did you mean
/// 'no_path_retry'?"
std::string to_string(const Diagnostic& diagnostic);

using Diagnostics = std::vector<Diagnostic>;
bool has_errors(const Diagnostics& diagnostics);

/// A change of a configuration file's lines, counted from 1, that removes a mistake. Only `replace`
/// changes the meaning of the file here: to what was meant.
struct Repair {
  enum class Kind : std::uint8_t {
    comment_out,   ///< lines `line` to `last_line`
    comment_rest,  ///< of `line`, from `column` on
    replace,       ///< the word or string at `column` of `line` by `word`
    acknowledge,   ///< adds the comment "has no effect here"
    join_brace,    ///< moves the '{' of `last_line` to the end of `line`, at `column`
    move_into,     ///< moves the lines between `line` and `last_line` before line `before`, and
                   ///< comments the rest out
  };
  Kind kind = Kind::comment_out;
  std::uint32_t line = 0;
  std::uint32_t last_line = 0;
  std::uint32_t column = 0;
  std::uint32_t before = 0;
  std::string why;             ///< for a comment above the lines
  std::string word = {};       ///< for `replace`
  std::string otherwise = {};  ///< for `replace`: why lines are commented out if the word is not
                               ///< replaced
};

/// A token made fit for a message: 60 bytes at most, control bytes and quotes as '?'.
std::string quotable(std::string_view token);

/// The word that takes the fewest edits from `word`, if that is few enough for a slip of the
/// fingers; else "".
std::string nearest_word(std::string_view word, const std::vector<std::string_view>& words);

/// The same, and whether every other word takes more edits.
struct NearestWord {
  std::string text;
  bool is_unique = false;
};
NearestWord find_nearest_word(std::string_view word, const std::vector<std::string_view>& words);

}  // namespace multipath
