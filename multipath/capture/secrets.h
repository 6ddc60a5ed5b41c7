#pragma once

#include <bitset>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "libsg/bytes.h"

namespace multipath {

/// Strings that must not be given away, each with what stands in its place.
class Secrets {
 public:
  explicit Secrets(std::uint64_t salt) : salt_(salt) {}

  /// An identifier of bytes: as it is, and its hexadecimal text in either case, whole and in halves
  /// of eight bytes, as udev has it. The first `kept` bytes stay.
  void add_bytes(const scsi::ByteVector& bytes, std::size_t kept);
  /// Text: digits become digits, letters letters, all else stays. Words of under five characters,
  /// and words without a digit, are nobody's serial number, and are left alone.
  void add_words(std::string_view text);
  /// A name that is replaced even if it has no digit.
  void add_name(std::string_view name);

  /// A word of a name that somebody chose: replaced where letters and digits that stand together are just it.
  void add_chosen_word(std::string_view word);
  /// The same for a number after "0x", which stays a hexadecimal one.
  void add_key(std::string_view word);

  /// Every secret in the text replaced, the longest first.
  std::string replaced(std::string_view text) const;

 private:
  void add(std::string_view secret, std::string replacement);
  std::string disguised(std::string_view text) const;
  std::string disguised_hex(std::string_view text) const;

  std::uint64_t salt_;
  std::unordered_map<std::string, std::string> replacements_;
  std::unordered_map<std::string, std::string> words_;
  std::vector<std::size_t> lengths_;  ///< of the secrets, longest first
  std::bitset<65536> beginnings_;     ///< by their first two bytes
};

}  // namespace multipath
