#include "tests/lab/tcmu/bytes.h"

#include <fstream>
#include <sstream>
#include <stdexcept>

namespace tcmu {

std::uint64_t big_endian(const Bytes& bytes, std::size_t at, std::size_t count) {
  std::uint64_t number = 0;
  for (std::size_t i = at; i < at + count; ++i) {
    number = number << 8 | (i < bytes.size() ? bytes[i] : 0);
  }
  return number;
}

void append_big_endian(Bytes& bytes, std::uint64_t number, std::size_t count) {
  for (std::size_t i = count; i > 0; --i) {
    bytes.push_back(static_cast<std::uint8_t>(number >> (8 * (i - 1))));
  }
}

std::optional<std::string> read_text(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::nullopt;
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::uint8_t hex_byte(const std::string& word) {
  const bool is_hex = word.find_first_not_of("0123456789abcdefABCDEF") == std::string::npos;
  if (word.empty() || word.size() > 2 || !is_hex) {
    throw std::runtime_error("not a hexadecimal byte: '" + word + "'");
  }
  return static_cast<std::uint8_t>(std::stoul(word, nullptr, 16));
}

std::optional<Bytes> read_hex(const std::filesystem::path& path) {
  const std::optional<std::string> text = read_text(path);
  if (!text) return std::nullopt;
  Bytes bytes;
  std::istringstream lines(*text);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line.substr(0, line.find('#')));
    for (std::string word; words >> word;) {
      try {
        bytes.push_back(hex_byte(word));
      } catch (const std::runtime_error& error) {
        throw std::runtime_error(path.string() + ": " + error.what());
      }
    }
  }
  return bytes;
}

}  // namespace tcmu
