#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

#include <fmt/format.h>

#include "multipath/config/keywords.h"
#include "multipath/config/pattern.h"

namespace multipath {
namespace {

using enum ValueKind;

constexpr std::array protocols{
    "scsi:fcp",    "scsi:spi",    "scsi:ssa", "scsi:sbp", "scsi:srp",  "scsi:iscsi",
    "scsi:sas",    "scsi:adt",    "scsi:ata", "scsi:usb", "ccw",       "cciss",
    "nvme:pcie",   "nvme:rdma",   "nvme:fc",  "nvme:tcp", "nvme:loop", "nvme:apple-nvme",
    "scsi:unspec", "nvme:unspec", "undef",
};

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(separator), text.size());
    if (end > 0) parts.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return parts;
}

/// strtol's decimal number, "+5" and "005" included.
std::optional<std::int64_t> decimal(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  std::int64_t value = 0;
  const char* end = text.data() + text.size();
  const auto [behind, error] = std::from_chars(text.data(), end, value);
  if (error == std::errc::result_out_of_range && behind == end)
    return text.front() == '-' ? std::numeric_limits<std::int64_t>::min()
                               : std::numeric_limits<std::int64_t>::max();
  if (error != std::errc{} || behind != end) return std::nullopt;
  return value;
}

using Canonical = tl::expected<std::string, std::string>;

std::string listed(std::vector<std::string_view> items) {
  return fmt::format("{}", fmt::join(items, ", "));
}

Canonical canonical_word(const Keyword& keyword, std::string_view value) {
  const auto accepted = split(keyword.words, '|');
  if (std::ranges::find(accepted, value) != accepted.end()) return std::string(value);
  return tl::unexpected(fmt::format("not one of {}", listed(accepted)));
}

Canonical canonical_number(const Keyword& keyword, std::string_view value) {
  const auto accepted = split(keyword.words, '|');
  if (std::ranges::find(accepted, value) != accepted.end()) return std::string(value);
  const auto parsed = decimal(value);
  if (parsed && *parsed >= keyword.least && *parsed <= keyword.most) return fmt::to_string(*parsed);
  return tl::unexpected(fmt::format("not a number from {} to {}{}{}", keyword.least, keyword.most,
                                    accepted.empty() ? "" : ", nor ", listed(accepted)));
}

Canonical canonical_pattern(std::string_view value) {
  const auto compiled = Pattern::compile(value);
  if (compiled) return std::string(value);
  return tl::unexpected(fmt::format("not a regular expression: {}", compiled.error()));
}

/// "N word...", with N the number of words.
Canonical canonical_counted(std::vector<std::string_view> parts, std::string_view name) {
  const auto count = parts.empty() ? std::nullopt : decimal(parts.front());
  if (!count || *count < 0 || parts.front().starts_with('+'))
    return tl::unexpected(fmt::format("a count of words belongs before them, as in \"{}{}\"", name,
                                      parts.empty() ? "0" : "1 word"));
  if (static_cast<std::size_t>(*count) != parts.size() - 1) {
    return tl::unexpected(
        fmt::format("it says that {} words follow, and {} do", *count, parts.size() - 1));
  }
  return fmt::format("{}", fmt::join(parts, " "));
}

Canonical canonical_selector(std::string_view value) {
  auto parts = split(value, ' ');
  if (parts.empty()) return tl::unexpected(std::string("no path selector's name"));
  const std::string name(parts.front());
  constexpr std::array known{"round-robin", "queue-length", "service-time",
                             "historical-service-time", "io-affinity"};
  if (std::ranges::find(known, name) == known.end()) {
    return tl::unexpected(
        fmt::format("no path selector of that name; there are {}", fmt::join(known, ", ")));
  }
  parts.erase(parts.begin());
  const auto rest = canonical_counted(parts, name + " ");
  if (!rest) return rest;
  return name + " " + *rest;
}

Canonical canonical_octal(const Keyword& keyword, std::string_view value) {
  constexpr int base = 8;
  std::uint32_t mode = 0;
  const char* end = value.data() + value.size();
  const auto [behind, error] = std::from_chars(value.data(), end, mode, base);
  if (error == std::errc{} && behind == end && mode <= keyword.most)
    return fmt::format("0{:o}", mode);
  return tl::unexpected(std::string("not an octal file mode such as 0644"));
}

/// A name is looked up when a map is made, not here.
Canonical canonical_owner(const Keyword& keyword, std::string_view value) {
  if (const auto number = decimal(value)) return canonical_number(keyword, value);
  const bool is_name = !value.empty() && std::ranges::all_of(value, [](char byte) {
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
           (byte >= '0' && byte <= '9') || byte == '_' || byte == '-' || byte == '.' || byte == '$';
  });
  if (is_name) return std::string(value);
  return tl::unexpected(std::string("neither a name nor a number"));
}

Canonical canonical_key(std::string_view value) {
  if (value == "file") return std::string(value);
  std::string_view digits = value;
  if (digits.starts_with("0x") || digits.starts_with("0X")) digits.remove_prefix(2);
  if (digits.ends_with(":aptpl")) digits.remove_suffix(std::string_view(":aptpl").size());
  constexpr int base = 16;
  std::uint64_t number = 0;
  const char* end = digits.data() + digits.size();
  const auto [behind, error] = std::from_chars(digits.data(), end, number, base);
  if (error == std::errc{} && behind == end)
    return fmt::format("0x{:x}{}", number, value.ends_with(":aptpl") ? ":aptpl" : "");
  return tl::unexpected(std::string("neither a hexadecimal number of 64 bits nor file"));
}

Canonical canonical_attributes(std::string_view value) {
  for (const std::string_view part : split(value, ' ')) {
    const auto colon = part.find(':');
    if (colon == 0 || colon == std::string_view::npos || colon + 1 == part.size())
      return tl::unexpected(std::string("not of the form \"sd:ID_SERIAL dasd:ID_UID\""));
  }
  return std::string(value);
}

/// What means the same as another word, and the one that is kept.
struct Synonym {
  std::string_view keyword;
  std::string_view word;
  std::string_view kept;
};
constexpr std::array synonyms{
    Synonym{"find_multipaths", "yes", "on"},     Synonym{"find_multipaths", "1", "on"},
    Synonym{"find_multipaths", "no", "off"},     Synonym{"find_multipaths", "0", "off"},
    Synonym{"marginal_pathgroups", "yes", "on"}, Synonym{"marginal_pathgroups", "1", "on"},
    Synonym{"marginal_pathgroups", "no", "off"}, Synonym{"marginal_pathgroups", "0", "off"},
    Synonym{"flush_on_last_del", "1", "yes"},    Synonym{"flush_on_last_del", "0", "no"},
    Synonym{"no_path_retry", "0", "fail"},       Synonym{"find_multipaths_timeout", "0", "-10"},
    Synonym{"failback", "0", "manual"},          Synonym{"prio", "netapp", "ontap"},
    Synonym{"prio", "weighted", "weightedpath"}, Synonym{"prio", "hp_alua", "alua"},
    Synonym{"path_checker", "cciss_tur", "tur"},
};

Canonical canonical_by_kind(const Keyword& keyword, std::string_view value) {
  switch (keyword.kind) {
    case yes_no:
      if (value == "yes" || value == "1") return std::string("yes");
      if (value == "no" || value == "0") return std::string("no");
      return tl::unexpected(std::string("neither yes nor no"));
    case words:
      return canonical_word(keyword, value);
    case number:
      return canonical_number(keyword, value);
    case pattern:
      return canonical_pattern(value);
    case rule: {
      const auto checked = canonical_pattern(value.starts_with('!') ? value.substr(1) : value);
      return checked ? Canonical(std::string(value)) : checked;
    }
    case counted:
      return canonical_counted(split(value, ' '), "");
    case selector:
      return canonical_selector(value);
    case octal:
      return canonical_octal(keyword, value);
    case user:
    case group:
      return canonical_owner(keyword, value);
    case path:
      if (value.starts_with('/')) return std::string(value);
      return tl::unexpected(std::string("not an absolute path"));
    case key:
      return canonical_key(value);
    case protocol_type:
      if (std::ranges::find(protocols, value) != protocols.end()) return std::string(value);
      return tl::unexpected(fmt::format("not one of {}", fmt::join(protocols, ", ")));
    case attributes:
      return canonical_attributes(value);
    case text:
      break;
  }
  return std::string(value);
}

}  // namespace

tl::expected<std::string, std::string> canonical_value(const Keyword& keyword,
                                                       std::string_view value) {
  auto canonical = canonical_by_kind(keyword, value);
  if (!canonical) return canonical;
  for (const Synonym& synonym : synonyms)
    if (synonym.keyword == keyword.name && synonym.word == *canonical)
      return std::string(synonym.kept);
  return canonical;
}

std::vector<std::string_view> value_words(const Keyword& keyword) {
  if (keyword.kind == yes_no) return {"yes", "no"};
  if (keyword.kind == protocol_type) return {protocols.begin(), protocols.end()};
  return split(keyword.words, '|');
}

bool is_printed_in_quotes(const Keyword& keyword, std::string_view value) {
  switch (keyword.kind) {
    case number:
      return value != "off" && !decimal(value);
    case octal:
    case user:
    case group:
    case key:
      return false;
    default:
      return true;
  }
}

}  // namespace multipath
