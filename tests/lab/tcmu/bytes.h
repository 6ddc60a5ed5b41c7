#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace tcmu {

using Bytes = std::vector<std::uint8_t>;

// The number in big-endian bytes [at, at + count); bytes beyond the end count as zero.
std::uint64_t big_endian(const Bytes& bytes, std::size_t at, std::size_t count);
void append_big_endian(Bytes& bytes, std::uint64_t number, std::size_t count);

// The whole file; nothing when there is none.
std::optional<std::string> read_text(const std::filesystem::path& path);

// Hexadecimal bytes separated by blanks, "#" to the end of the line is a comment: what `sg_vpd
// --inhex` reads. Nothing when the file is missing; throws std::runtime_error naming the file when
// it holds anything else.
std::optional<Bytes> read_hex(const std::filesystem::path& path);

// One or two hexadecimal digits; throws std::runtime_error naming the word.
std::uint8_t hex_byte(const std::string& word);

}  // namespace tcmu
