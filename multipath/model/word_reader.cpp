#include "multipath/model/word_reader.h"

#include <algorithm>

#include <fmt/format.h>

namespace multipath {
namespace {

constexpr std::string_view blanks = " \t\n\v\f\r";

}  // namespace

void WordReader::skip_blanks() {
  position_ = std::min(text_.find_first_not_of(blanks, position_), text_.size());
}

std::string_view WordReader::word(std::string_view what) {
  if (failed()) return {};
  skip_blanks();
  word_begin_ = position_;
  position_ = std::min(text_.find_first_of(blanks, position_), text_.size());
  const auto found = text_.substr(word_begin_, position_ - word_begin_);
  if (found.empty()) fail_at_word(what, "is missing");
  return found;
}

std::vector<std::string> WordReader::words(std::size_t count, std::string_view what) {
  std::vector<std::string> result;
  for (std::size_t i = 0; i < count && !failed(); ++i) result.emplace_back(word(what));
  return result;
}

void WordReader::end() {
  if (failed()) return;
  skip_blanks();
  word_begin_ = position_;
  if (position_ < text_.size()) fail_at_word("the end of the text", "is followed by more words");
}

void WordReader::fail_at_word(std::string_view what, std::string_view why) {
  if (failed()) return;
  trouble_ = scsi::Malformed{.offset = word_begin_, .what = fmt::format("{} {}", what, why)};
}

}  // namespace multipath
