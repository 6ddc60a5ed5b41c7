#include "multipath/capture/secrets.h"

#include <algorithm>
#include <cctype>

#include <fmt/format.h>

#include "multipath/model/ascii.h"

namespace multipath {
namespace {

/// FNV-1a over salt, text and position: a digit that nobody can foretell without the salt.
std::uint64_t scatter(std::uint64_t salt, std::string_view text, std::size_t position) {
  constexpr std::uint64_t basis = 0xcbf29ce484222325, prime = 0x100000001b3;
  std::uint64_t hash = (basis ^ salt) * prime;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * prime;
  hash = (hash ^ position) * prime;
  hash ^= hash >> 29U;
  hash *= 0xbf58476d1ce4e5b9;
  return hash ^ (hash >> 32U);
}

std::string hex_of(const scsi::ByteVector& bytes, bool upper) {
  std::string text;
  for (const auto byte : bytes)
    text += upper ? fmt::format("{:02X}", byte) : fmt::format("{:02x}", byte);
  return text;
}

std::string raw(const scsi::ByteVector& bytes) { return {bytes.begin(), bytes.end()}; }

unsigned beginning(std::string_view text) {
  return static_cast<unsigned char>(text[0]) * 256U + static_cast<unsigned char>(text[1]);
}

}  // namespace

std::string Secrets::disguised(std::string_view text) const {
  std::string result(text);
  for (std::size_t i = 0; i < result.size(); ++i) {
    const std::uint64_t number = scatter(salt_, text, i);
    const auto c = static_cast<unsigned char>(result[i]);
    if (std::isdigit(c) != 0) {
      result[i] = static_cast<char>('0' + number % 10);
    } else if (std::isupper(c) != 0) {
      result[i] = static_cast<char>('A' + number % 26);
    } else if (std::islower(c) != 0) {
      result[i] = static_cast<char>('a' + number % 26);
    }
  }
  return result;
}

std::string Secrets::disguised_hex(std::string_view text) const {
  std::string result(text);
  for (std::size_t i = 0; i < result.size(); ++i) {
    const std::uint64_t number = scatter(salt_, text, i);
    const auto c = static_cast<unsigned char>(result[i]);
    if (std::isdigit(c) != 0) result[i] = static_cast<char>('0' + number % 10);
    if (std::isupper(c) != 0) result[i] = static_cast<char>('A' + number % 6);
    if (std::islower(c) != 0) result[i] = static_cast<char>('a' + number % 6);
  }
  return result;
}

void Secrets::add_chosen_word(std::string_view word) { words_.emplace(word, disguised(word)); }

void Secrets::add_key(std::string_view word) {
  constexpr std::string_view prefix = "0x";
  if (!word.starts_with(prefix)) return;
  words_.emplace(word, std::string(prefix) + disguised_hex(word.substr(prefix.size())));
}

void Secrets::add(std::string_view secret, std::string replacement) {
  constexpr std::size_t shortest = 2;
  if (secret.size() < shortest || secret == replacement) return;
  if (!replacements_.emplace(secret, std::move(replacement)).second) return;
  beginnings_.set(beginning(secret));
  if (std::ranges::find(lengths_, secret.size()) == lengths_.end()) {
    lengths_.push_back(secret.size());
    std::ranges::sort(lengths_, std::greater{});
  }
}

void Secrets::add_bytes(const scsi::ByteVector& bytes, std::size_t kept) {
  constexpr std::size_t half = 8;
  if (bytes.size() < half) return;
  scsi::ByteVector other = bytes;
  const std::string text = raw(bytes);
  for (std::size_t i = kept; i < other.size(); ++i)
    other[i] = static_cast<std::uint8_t>(scatter(salt_, text, i));
  const auto add_range = [&](std::size_t begin, std::size_t end) {
    const auto first = static_cast<std::ptrdiff_t>(begin), last = static_cast<std::ptrdiff_t>(end);
    const scsi::ByteVector from(bytes.begin() + first, bytes.begin() + last);
    const scsi::ByteVector to(other.begin() + first, other.begin() + last);
    add(raw(from), raw(to));
    for (const bool upper : {false, true}) add(hex_of(from, upper), hex_of(to, upper));
  };
  add_range(0, bytes.size());
  if (bytes.size() == 2 * half) {
    add_range(0, half);
    add_range(half, 2 * half);
  }
}

void Secrets::add_words(std::string_view text) {
  constexpr std::size_t shortest = 5;
  for (std::size_t begin = 0; begin < text.size();) {
    if (!is_alphanumeric(text[begin])) {
      ++begin;
      continue;
    }
    std::size_t end = begin;
    while (end < text.size() && is_alphanumeric(text[end])) ++end;
    std::string_view word = text.substr(begin, end - begin);
    begin = end;
    // A WWN is written with and without.
    constexpr std::string_view prefix = "0x";
    if (word.starts_with(prefix) &&
        word.find_first_not_of("0123456789abcdefABCDEF", prefix.size()) == std::string_view::npos) {
      word.remove_prefix(prefix.size());
      if (word.size() >= shortest) add(word, disguised_hex(word));
      continue;
    }
    const bool has_digit = std::ranges::any_of(
        word, [](char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; });
    // "36001405..." has the bytes of a designator in it: replaced as these are, it stays the same unit's WWID.
    if (has_digit && word.size() >= shortest && replaced(word) == word) add(word, disguised(word));
  }
}

void Secrets::add_name(std::string_view name) { add(name, disguised(name)); }

std::string Secrets::replaced(std::string_view text) const {
  std::string result;
  result.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    std::size_t taken = 0;
    if (i + 1 < text.size() && beginnings_.test(beginning(text.substr(i, 2)))) {
      for (const std::size_t length : lengths_) {
        if (length > text.size() - i) continue;
        const auto found = replacements_.find(std::string(text.substr(i, length)));
        if (found == replacements_.end()) continue;
        result += found->second;
        taken = length;
        break;
      }
    }
    const bool begins_word = is_alphanumeric(text[i]) && (i == 0 || !is_alphanumeric(text[i - 1]));
    if (taken == 0 && begins_word && !words_.empty()) {
      std::size_t end = i;
      while (end < text.size() && is_alphanumeric(text[end])) ++end;
      const auto found = words_.find(std::string(text.substr(i, end - i)));
      if (found != words_.end()) {
        result += found->second;
        taken = end - i;
      }
    }
    if (taken == 0) {
      result += text[i];
      taken = 1;
    }
    i += taken;
  }
  return result;
}

}  // namespace multipath
