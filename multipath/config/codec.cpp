#include "multipath/config/codec.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "multipath/model/number_text.h"

namespace multipath {
namespace {

constexpr auto yes_no_names =
    names_of<bool>({{true, "yes"}, {false, "no"}, {true, "1"}, {false, "0"}});

constexpr std::array protocols{
    "scsi:fcp",    "scsi:spi",    "scsi:ssa", "scsi:sbp", "scsi:srp",  "scsi:iscsi",
    "scsi:sas",    "scsi:adt",    "scsi:ata", "scsi:usb", "ccw",       "cciss",
    "nvme:pcie",   "nvme:rdma",   "nvme:fc",  "nvme:tcp", "nvme:loop", "nvme:apple-nvme",
    "scsi:unspec", "nvme:unspec", "undef",
};

constexpr std::array selectors{"round-robin", "queue-length", "service-time",
                               "historical-service-time", "io-affinity"};

std::vector<std::string_view> words_in(std::string_view text) {
  std::vector<std::string_view> words;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    if (end > 0) words.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return words;
}

/// A decimal number as strtol reads it; saturated when it is too large.
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

/// "a, b or c"
template <class Items>
std::string any_of(const Items& items) {
  if (items.empty()) return "";
  const auto last = std::prev(items.end());
  if (last == items.begin()) return fmt::format("{}", *last);
  return fmt::format("{} or {}", fmt::join(items.begin(), last, ", "), *last);
}

/// The words of "N word...". `name` is the text before it, for the message.
tl::expected<Words, std::string> counted_in(std::span<const std::string_view> parts,
                                            const std::string& name) {
  const auto count = parts.empty() ? std::nullopt : decimal(parts.front());
  if (!count || *count < 0 || parts.front().starts_with('+')) {
    return tl::unexpected(
        fmt::format("the number of words is missing before the words, as in \"{}{}\"", name,
                    parts.empty() ? "0" : "1 word"));
  }
  if (static_cast<std::size_t>(*count) != parts.size() - 1) {
    return tl::unexpected(
        fmt::format("the count is {}, but the number of words is {}", *count, parts.size() - 1));
  }
  return Words(parts.begin() + 1, parts.end());
}

std::string counted_text(const Words& words) {
  return words.empty() ? "0" : fmt::format("{} {}", words.size(), fmt::join(words, " "));
}

}  // namespace

std::vector<std::string_view> Codec::words() const {
  if (kind == ValueKind::yes_no) return {"yes", "no"};
  if (kind == ValueKind::protocol_type) return {protocols.begin(), protocols.end()};
  return word_list == nullptr ? std::vector<std::string_view>() : word_list();
}

std::string Codec::expectation() const {
  switch (kind) {
    case ValueKind::text:
      return "any text";
    case ValueKind::yes_no:
    case ValueKind::words:
    case ValueKind::protocol_type:
      return any_of(words());
    case ValueKind::number: {
      const auto accepted = words();
      return fmt::format("a number from {} to {}{}{}", least, most, accepted.empty() ? "" : ", or ",
                         any_of(accepted));
    }
    case ValueKind::pattern:
      return "a regular expression";
    case ValueKind::rule:
      return "a regular expression, inverted by a '!' before it";
    case ValueKind::counted:
      return "a number of words, then the words";
    case ValueKind::selector:
      return fmt::format("{}, then the number of arguments and the arguments", any_of(selectors));
    case ValueKind::octal:
      return "an octal file mode such as 0644";
    case ValueKind::user:
      return fmt::format("a user name or a number from {} to {}", least, most);
    case ValueKind::group:
      return fmt::format("a group name or a number from {} to {}", least, most);
    case ValueKind::path:
      return "an absolute path";
    case ValueKind::key:
      return "a hexadecimal number of up to 64 bits, or file";
    case ValueKind::attributes:
      return "pairs of the form \"sd:ID_SERIAL dasd:ID_UID\"";
  }
  return "";
}

bool Codec::is_printed_in_quotes(std::string_view text) const {
  switch (kind) {
    case ValueKind::number:
      return text != "off" && !decimal(text);
    case ValueKind::octal:
    case ValueKind::user:
    case ValueKind::group:
    case ValueKind::key:
      return false;
    default:
      return true;
  }
}

std::optional<std::int64_t> Codec::number_in(std::string_view text) const {
  const auto value = decimal(text);
  return value && *value >= least && *value <= most ? value : std::nullopt;
}

ReadValue readers::text(const Codec&, std::string_view text) {
  return Value(std::string(text), std::string(text));
}

ReadValue readers::yes_no(const Codec& codec, std::string_view text) {
  const auto value = yes_no_names.parse(text);
  if (!value) return codec.refusal();
  return Value(*value, yes_no_names.to_string(*value));
}

ReadValue readers::number(const Codec& codec, std::string_view text) {
  const auto value = codec.number_in(text);
  if (!value) return codec.refusal();
  return Value(*value, fmt::to_string(*value));
}

ReadValue readers::pattern(const Codec&, std::string_view text) {
  auto compiled = Pattern::compile(text);
  if (!compiled) return tl::unexpected("not a regular expression: " + compiled.error());
  return Value(std::move(*compiled), std::string(text));
}

ReadValue readers::rule(const Codec&, std::string_view text) {
  auto compiled = RulePattern::compile(text);
  if (!compiled) return tl::unexpected("not a regular expression: " + compiled.error());
  return Value(std::move(*compiled), std::string(text));
}

ReadValue readers::counted(const Codec&, std::string_view text) {
  auto words = counted_in(words_in(text), "");
  if (!words) return tl::unexpected(std::move(words.error()));
  std::string written = counted_text(*words);
  return Value(std::move(*words), std::move(written));
}

ReadValue readers::selector(const Codec& codec, std::string_view text) {
  const auto parts = words_in(text);
  if (parts.empty() || std::ranges::find(selectors, parts.front()) == selectors.end())
    return codec.refusal();
  const std::string name = std::string(parts.front()) + " ";
  auto arguments = counted_in(std::span(parts).subspan(1), name);
  if (!arguments) return tl::unexpected(std::move(arguments.error()));
  std::string written = name + counted_text(*arguments);
  return Value(PathSelector{std::string(parts.front()), std::move(*arguments)}, std::move(written));
}

ReadValue readers::octal(const Codec& codec, std::string_view text) {
  constexpr int base = 8;
  const auto mode = parse_number<std::uint32_t>(text, base);
  if (!mode || *mode > codec.most) return codec.refusal();
  return Value(std::int64_t{*mode}, fmt::format("0{:o}", *mode));
}

/// A name is looked up when a map is created, not here.
ReadValue readers::owner(const Codec& codec, std::string_view text) {
  if (decimal(text)) {
    const auto number = codec.number_in(text);
    if (!number) return codec.refusal();
    return Value(fmt::to_string(*number), fmt::to_string(*number));
  }
  const bool is_name = !text.empty() && std::ranges::all_of(text, [](char byte) {
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
           (byte >= '0' && byte <= '9') || byte == '_' || byte == '-' || byte == '.' || byte == '$';
  });
  if (!is_name) return codec.refusal();
  return Value(std::string(text), std::string(text));
}

ReadValue readers::path(const Codec& codec, std::string_view text) {
  if (!text.starts_with('/')) return codec.refusal();
  return Value(std::string(text), std::string(text));
}

ReadValue readers::key(const Codec& codec, std::string_view text) {
  if (text == "file") return Value(std::string(text), std::string(text));
  constexpr std::string_view suffix = ":aptpl";
  constexpr int base = 16;
  std::string_view digits = text;
  if (digits.starts_with("0x") || digits.starts_with("0X")) digits.remove_prefix(2);
  if (digits.ends_with(suffix)) digits.remove_suffix(suffix.size());
  const auto number = parse_number<std::uint64_t>(digits, base);
  if (!number) return codec.refusal();
  std::string written = fmt::format("0x{:x}{}", *number, text.ends_with(suffix) ? suffix : "");
  return Value(written, written);
}

ReadValue readers::protocol(const Codec& codec, std::string_view text) {
  if (std::ranges::find(protocols, text) == protocols.end()) return codec.refusal();
  return Value(std::string(text), std::string(text));
}

ReadValue readers::attributes(const Codec& codec, std::string_view text) {
  for (const std::string_view part : words_in(text)) {
    const auto colon = part.find(':');
    if (colon == 0 || colon == std::string_view::npos || colon + 1 == part.size())
      return codec.refusal();
  }
  return Value(std::string(text), std::string(text));
}

}  // namespace multipath
