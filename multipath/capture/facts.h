#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include <tl/expected.hpp>

#include "libsg/bytes.h"
#include "multipath/capture/line_ranges.h"

namespace multipath {

/// The text files of a capture: a line for each answer that the host gave, sorted, to be read,
/// compared and edited by a person.
///
///   facts   := { fact | folder | comment | empty line }
///   comment := "#" ...
///   folder  := NAME " :" { " " fact }  facts of what is in the folder NAME, by its name there
///   fact    := NAME " = " TEXT          a file: TEXT and a line's end
///            | NAME " =| " TEXT         a file: TEXT without a line's end
///            | NAME " {" { TAB TEXT } "}"  a file of several lines
///            | NAME " !"                a file that cannot be read
///            | NAME " / " { NAME }      a directory and the names in it
///            | NAME " !/"               no directory
///            | NAME " -> " TEXT         a symbolic link
///            | NAME " !>"               no link
///            | NAME " +" | NAME " -"    is there; is not there
///
/// NAME is escape_word()'s, TEXT escape_text()'s. "a/b = x" and "a :", " b = x" say the same.
enum class Question : char { read = 'r', list = 'l', link = 'k', exists = 'e' };

/// Answers as they are gathered; the last one to a question stays. Several threads may note.
class FactNotes {
 public:
  void read(std::string_view name, const std::optional<std::string>& content);
  void list(std::string_view name, std::optional<std::vector<std::string>> names);
  void link(std::string_view name, const std::optional<std::string>& target);
  void exists(std::string_view name, bool there);

  std::string render() const;

 private:
  void note(Question question, std::string_view name, std::string line);

  mutable std::mutex mutex_;
  std::map<std::pair<std::string, Question>, std::string> lines_;
};

/// The same to be asked. Of the text only the places of folders are kept, and of facts only where a
/// folder has very many: a host of 100,000 paths is a text of a hundred megabytes.
class Facts {
 public:
  /// A line that is no fact: its number (from 1) and what is wrong.
  struct Mistake {
    std::size_t line = 0;
    std::string what;
    auto operator<=>(const Mistake&) const = default;
  };
  static tl::expected<Facts, Mistake> parse(std::string text);

  /// The outer optional is empty where nothing was recorded; the inner one is the answer.
  template <typename T>
  using Recorded = std::optional<std::optional<T>>;
  Recorded<std::string> read(std::string_view name) const;
  Recorded<std::vector<std::string>> list(std::string_view name) const;
  Recorded<std::string> link(std::string_view name) const;
  /// Also from what else is known of the name, or of the directory that it would be in.
  std::optional<bool> exists(std::string_view name) const;

  /// The directory is recorded, and the name is not in it.
  bool known_to_be_absent(std::string_view name) const;

  /// Every name of which a file's content is recorded, in the text's order.
  std::vector<std::string> files() const;

 private:
  struct Line {
    std::string_view name;   ///< escaped, as the line has it
    std::string_view sign;   ///< "=", "=|", "{", "!", "/", "!/", "->", "!>", "+", "-", ":"
    std::string_view value;  ///< escaped; for "{" all lines up to the closing brace
    std::size_t end = 0;     ///< offset behind the fact
  };
  using Range = LineRanges::Range;
  Facts() = default;
  std::optional<Line> line_at(std::size_t offset) const;
  std::size_t behind(std::size_t offset) const;
  std::optional<Line> find(Question question, std::string_view name) const;
  std::optional<Line> find_escaped(Question question, std::string_view name) const;
  std::optional<Line> find_in(const Range& range, Question question, std::string_view leaf) const;
  std::size_t slot_of(std::uint32_t folder, std::uint64_t hash, Question question,
                      std::string_view leaf) const;
  std::uint32_t folder_at(std::size_t offset) const;
  std::vector<std::uint32_t> lines_of_folders() const;
  std::optional<Line> fact_at(std::size_t offset, Question question, std::string_view leaf) const;
  LineRanges::Place place_of(std::string_view part) const;
  std::optional<std::string> take_folder(const Line& line);
  std::optional<std::string> take_fact(std::size_t offset, const Line& line, bool in_a_folder);
  void index_large_folders();

  std::string text_;
  LineRanges folders_;
  std::vector<bool> large_;  ///< of a folder's first range (from 1): it has very many facts
  /// A hash table for the facts of folders with very many: offset and 24 bits of the hash; 0 is free.
  std::vector<std::uint64_t> slots_;
  /// Directories with many names, as far as their names were asked about. Several threads may ask.
  struct Directories {
    std::recursive_mutex mutex;
    std::unordered_map<std::string, std::unordered_set<std::string>> names;
  };
  std::unique_ptr<Directories> directories_ = std::make_unique<Directories>();
};

}  // namespace multipath
