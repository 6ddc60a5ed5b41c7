#include "multipath/model/natural_order.h"

#include <algorithm>
#include <array>
#include <optional>

#include "multipath/model/ascii.h"

namespace multipath {
namespace {

/// Names that go on counting with letters: a..z, aa..zz. None is the beginning of another, so names
/// with one prefix are neighbours in the order, whatever the rule among themselves.
constexpr std::array<std::string_view, 6> lettered_prefixes = {"sd",  "vd",   "hd",
                                                               "xvd", "dasd", "mpath"};

template <typename Predicate>
std::string_view take_while(std::string_view& text, Predicate belongs) {
  const auto end = std::ranges::find_if_not(text, belongs);
  const auto run = text.substr(0, static_cast<std::size_t>(end - text.begin()));
  text.remove_prefix(run.size());
  return run;
}

std::strong_ordering by_length_then_text(std::string_view left, std::string_view right) {
  const auto length = left.size() <=> right.size();
  return length != 0 ? length : left <=> right;
}

std::string_view without_leading_zeros(std::string_view digits) {
  return digits.substr(std::min(digits.find_first_not_of('0'), digits.size()));
}

std::optional<std::string_view> common_lettered_prefix(std::string_view left,
                                                       std::string_view right) {
  const auto* found = std::ranges::find_if(lettered_prefixes, [&](std::string_view prefix) {
    return left.starts_with(prefix) && right.starts_with(prefix);
  });
  if (found == lettered_prefixes.end()) return std::nullopt;
  return *found;
}

std::strong_ordering in_runs(std::string_view left, std::string_view right) {
  while (!left.empty() && !right.empty()) {
    if (is_digit(left.front()) && is_digit(right.front())) {
      const auto order = by_length_then_text(without_leading_zeros(take_while(left, is_digit)),
                                             without_leading_zeros(take_while(right, is_digit)));
      if (order != 0) return order;
      continue;
    }
    const auto order =
        static_cast<unsigned char>(left.front()) <=> static_cast<unsigned char>(right.front());
    if (order != 0) return order;
    left.remove_prefix(1);
    right.remove_prefix(1);
  }
  return left.size() <=> right.size();
}

}  // namespace

std::strong_ordering natural_order(std::string_view left, std::string_view right) {
  auto left_rest = left;
  auto right_rest = right;
  if (const auto prefix = common_lettered_prefix(left, right)) {
    left_rest.remove_prefix(prefix->size());
    right_rest.remove_prefix(prefix->size());
    const auto order = by_length_then_text(take_while(left_rest, is_small_letter),
                                           take_while(right_rest, is_small_letter));
    if (order != 0) return order;
  }
  const auto order = in_runs(left_rest, right_rest);
  return order != 0 ? order : left <=> right;  // "dm-01" and "dm-1" are not one name
}

}  // namespace multipath
