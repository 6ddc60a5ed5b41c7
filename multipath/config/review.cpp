#include "multipath/config/review.h"

#include <algorithm>
#include <tuple>

namespace multipath {

void Reviewer::add(Diagnostic diagnostic) {
  if (!is_full()) review_.mistakes.push_back(std::move(diagnostic));
}

void Reviewer::error(const ConfWord& at, std::string what, std::string meant) {
  failed_ = true;
  add({Diagnostic::Severity::error, at.place, quotable(at.text), std::move(what),
       std::move(meant)});
}

void Reviewer::warn(const ConfWord& at, std::string what, std::string meant) {
  add({Diagnostic::Severity::warning, at.place, quotable(at.text), std::move(what),
       std::move(meant)});
}

void Reviewer::differs(const Place& place, std::string what) {
  if (review_.as_packaged.size() <= most_mistakes)
    review_.as_packaged.push_back({Diagnostic::Severity::warning, place, "", std::move(what), ""});
}

void Reviewer::repair(Repair repair) { review_.repairs.push_back(std::move(repair)); }

void Reviewer::comment_out(std::uint32_t line, std::uint32_t last_line, std::string why) {
  repair({.kind = Repair::Kind::comment_out,
          .line = line,
          .last_line = std::max(line, last_line),
          .why = std::move(why)});
}

void Reviewer::take(Diagnostics mistakes, std::vector<Repair> repairs) {
  for (Diagnostic& mistake : mistakes) {
    failed_ = failed_ || mistake.severity == Diagnostic::Severity::error;
    add(std::move(mistake));
  }
  std::ranges::move(repairs, std::back_inserter(review_.repairs));
}

void Reviewer::sort(std::size_t from) {
  auto& all = review_.mistakes;
  std::sort(all.begin() + static_cast<std::ptrdiff_t>(std::min(from, all.size())), all.end(),
            [](const Diagnostic& a, const Diagnostic& b) {
              return std::tie(a.place, a.what) < std::tie(b.place, b.what);
            });
}

std::string Reviewer::nearest(std::string_view word,
                              const std::vector<std::string_view>& words) const {
  return is_full() ? std::string() : nearest_word(word, words);
}

}  // namespace multipath
