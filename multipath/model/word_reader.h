#pragma once

#include <concepts>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libsg/bytes.h"
#include "multipath/model/number_text.h"

namespace multipath {

/// Reads a target's parameters word by word (words stand between blanks, lib/string isspace). Once
/// a word is missing or wrong the reader has failed: it keeps what was wrong first, gives nothing
/// more and every further call is harmless, so that a grammar reads like itself and asks once at
/// its end.
class WordReader {
 public:
  explicit WordReader(std::string_view text) : text_(text) {}

  bool failed() const { return trouble_.has_value(); }
  const std::optional<scsi::Malformed>& trouble() const { return trouble_; }

  /// `what` names the word in the trouble: "a group's path selector". Empty after a failure.
  std::string_view word(std::string_view what);

  template <std::unsigned_integral T>
  T number(std::string_view what) {
    const auto text = word(what);
    if (failed()) return 0;
    const auto value = parse_number<T>(text);
    if (!value) fail_at_word(what, "is not a number in its range");
    return value.value_or(0);
  }

  /// So many words; fails before it takes memory for more words than the text has bytes.
  std::vector<std::string> words(std::size_t count, std::string_view what);

  /// Nothing but blanks may follow.
  void end();

  /// The word that was read last is wrong.
  void fail_at_word(std::string_view what, std::string_view why);

 private:
  void skip_blanks();

  std::string_view text_;
  std::size_t position_ = 0;
  std::size_t word_begin_ = 0;
  std::optional<scsi::Malformed> trouble_;
};

}  // namespace multipath
