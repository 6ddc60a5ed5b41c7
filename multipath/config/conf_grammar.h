#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "multipath/config/diagnostic.h"

namespace multipath {

// The grammar of multipath.conf, line by line, as multipath-tools has it:
//
//   line    = blanks [ entry ] [ comment ] newline
//   entry   = word value        a keyword and its value
//           | word "{"          a section begins
//           | "}"               the innermost section ends
//   value   = word | string
//   word    = one or more bytes other than blank, newline, NUL, '"', '{', '}', '#', '!'
//   string  = '"' { any byte but newline, NUL and '"' | '""' } '"'     '""' stands for one '"'
//   comment = ( '#' | '!' ) up to the end of the line
//   blank   = space | tab | carriage return | vertical tab | form feed | any byte above 0x7f
//
// Bytes above 0x7f are blanks only outside of strings; so a byte-order mark and a no-break space
// change nothing. An entry never spans lines, and a line holds one entry. multipath-tools ignores
// what follows an entry on its line. Here words behind a value come along with the entry, for the
// reader to judge; a brace there is an error.

/// A word or string, without the quotes.
struct ConfWord {
  std::string text;
  Place place;
};

/// An entry: a keyword with its value, or a section with its entries.
struct ConfEntry {
  ConfWord keyword;
  ConfWord value;  ///< empty for a section
  bool is_section = false;
  std::vector<ConfEntry> entries;
  bool has_value = true;          ///< false: the keyword stands alone on its line
  std::vector<ConfWord> surplus;  ///< words behind the value
  std::uint32_t last_line = 0;    ///< of a section: where its '}' stands
  bool is_damaged = false;        ///< of a section: some of its entries could not be read
  bool is_acknowledged = false;   ///< its comment says `acknowledgement`
};

/// A comment with these words, on the line of a keyword without effect, suppresses the warning.
inline constexpr std::string_view acknowledgement = "has no effect here";

/// May a section `inner` stand in a section `outer` ("" for the file)? It lets the parser tell a
/// forgotten '}' from a misplaced section.
using SectionNesting = bool (*)(std::string_view outer, std::string_view inner);

struct ConfTree {
  std::vector<ConfEntry> entries;
  Diagnostics diagnostics;  ///< errors only; what could not be read is not in the entries
  std::vector<Repair> repairs;
};

/// Reads the whole text whatever is wrong with it. Sections deeper than `deepest_section`, words
/// longer than `longest_word` and mistakes beyond `most_mistakes` are not kept.
ConfTree parse_conf(std::string_view text, const std::string& file, SectionNesting may_nest);

inline constexpr std::size_t deepest_section = 8;
inline constexpr std::size_t longest_word = 1024;
inline constexpr std::size_t most_mistakes = 1000;

/// The length of the word or string that begins at `at` in a line, with its quotes.
std::size_t word_length(std::string_view line, std::size_t at);

/// The value in quotes, with quotes in it doubled.
std::string conf_quoted(std::string_view value);

/// A value's exact pattern for multipath.conf: "^3600$"; what an expression would take for an
/// operator stands as '.'.
std::string exact_pattern(std::string_view text);

}  // namespace multipath
