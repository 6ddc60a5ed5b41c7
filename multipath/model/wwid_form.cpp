#include "multipath/model/wwid_form.h"

#include <algorithm>
#include <array>

#include "multipath/model/ascii.h"
#include "multipath/model/wwid.h"

namespace multipath {
namespace {

struct TypeDigit {
  char digit;
  std::size_t least;  ///< characters behind the digit
  bool is_hex;
};
constexpr std::array type_digits{TypeDigit{'3', 16, true}, TypeDigit{'2', 16, true},
                                 TypeDigit{'1', 9, false}, TypeDigit{'8', 9, false},
                                 TypeDigit{'0', 9, false}, TypeDigit{'S', 15, false}};

bool has_digit(std::string_view text) { return std::ranges::any_of(text, is_digit); }

bool is_typed_identifier(std::string_view text) {
  const auto* type = std::ranges::find(type_digits, text.front(), &TypeDigit::digit);
  if (type == type_digits.end()) return false;
  const std::string_view identifier = text.substr(1);
  return identifier.size() >= type->least && has_digit(identifier) &&
         (!type->is_hex || std::ranges::all_of(identifier, is_hex_digit));
}

bool is_nvme_name(std::string_view text) {
  constexpr std::size_t least = 20;
  return text.size() >= least &&
         (text.starts_with("eui.") || text.starts_with("nvme.") || text.starts_with("uuid."));
}

/// Vendor, serial number, subsystem, unit.
bool is_dasd_uid(std::string_view text) {
  constexpr std::size_t vendor = 3, least = 16;
  return text.size() >= least && text[vendor] == '.' &&
         std::ranges::all_of(text.substr(0, vendor), is_alphanumeric) &&
         std::ranges::count(text, '.') >= 3 && has_digit(text);
}

}  // namespace

bool has_form_of_wwid(std::string_view text) {
  return Wwid::from_text(text) &&
         (is_typed_identifier(text) || is_nvme_name(text) || is_dasd_uid(text));
}

}  // namespace multipath
