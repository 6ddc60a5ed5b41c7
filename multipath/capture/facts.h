#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <tl/expected.hpp>

#include "libsg/bytes.h"

namespace multipath {

/// The text files of a capture: a line for each answer that the host gave, sorted, to be read,
/// compared and edited by a person.
///
///   facts   := { fact | comment | empty line }
///   comment := "#" ...
///   fact    := NAME " = " TEXT          a file: TEXT and a line's end
///            | NAME " =| " TEXT         a file: TEXT without a line's end
///            | NAME " {" { TAB TEXT } "}"  a file of several lines
///            | NAME " !"                a file that can not be read
///            | NAME " / " { NAME }      a directory and the names in it
///            | NAME " !/"               no directory
///            | NAME " -> " TEXT         a symbolic link
///            | NAME " !>"               no link
///            | NAME " +" | NAME " -"    is there; is not there
///
/// NAME is escape_word()'s, TEXT escape_text()'s.
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

/// The same to be asked. Only offsets into the text are kept: a host of 100,000 paths is a text of
/// a hundred megabytes.
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
    std::string_view name;   ///< escaped
    std::string_view sign;   ///< "=", "=|", "{", "!", "/", "!/", "->", "!>", "+", "-"
    std::string_view value;  ///< escaped; for "{" all lines up to the closing brace
    std::size_t end = 0;     ///< offset behind the fact
  };
  Facts() = default;
  std::optional<Line> line_at(std::size_t offset) const;
  std::optional<Line> find(Question question, std::string_view name) const;
  void insert(std::size_t slot_hash, std::uint32_t entry);

  std::string text_;
  std::vector<std::uint64_t> entries_;  ///< offsets of the facts
  std::vector<std::uint32_t> slots_;    ///< a hash table of entries, 1-based; 0 is free
};

}  // namespace multipath
