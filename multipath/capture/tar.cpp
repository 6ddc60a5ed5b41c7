#include "multipath/capture/tar.h"

#include <algorithm>
#include <numeric>
#include <optional>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>

#include "multipath/model/cut.h"

namespace multipath {
namespace {

constexpr std::size_t block = 512;

/// Where a header has what (pax, "ustar Header Block").
struct Field {
  std::size_t at, size;
  std::string_view in(std::string_view header) const { return header.substr(at, size); }
};
constexpr Field name_field{0, 100}, mode_field{100, 8}, uid_field{108, 8}, gid_field{116, 8},
    size_field{124, 12}, time_field{136, 12}, checksum_field{148, 8}, type_field{156, 1},
    magic_field{257, 6}, version_field{263, 2}, prefix_field{345, 155};

using Malformed = scsi::Malformed;
using Error = tl::unexpected<Malformed>;

Error wrong(std::size_t offset, std::string what) {
  return Error(Malformed{offset, std::move(what)});
}

std::string_view text_of(std::string_view field) { return field.substr(0, field.find('\0')); }

/// Octal digits, and then blanks or NULs.
std::optional<std::uint64_t> octal(std::string_view field) {
  constexpr std::string_view blanks(" \0", 2);
  const auto begin = field.find_first_not_of(' ');
  if (begin == std::string_view::npos) return std::nullopt;
  field.remove_prefix(begin);
  const std::string_view digits = field.substr(0, field.find_first_of(blanks));
  if (digits.empty() || field.find_first_not_of(blanks, digits.size()) != field.npos)
    return std::nullopt;
  std::uint64_t value = 0;
  for (const char digit : digits) {
    if (digit < '0' || digit > '7') return std::nullopt;
    value = value * 8 + static_cast<std::uint64_t>(digit - '0');
  }
  return value;
}

/// The sum of all bytes, those of the checksum counted as blanks.
std::uint64_t checksum_of(std::string_view header) {
  std::uint64_t sum = checksum_field.size * static_cast<unsigned char>(' ');
  for (std::size_t i = 0; i < header.size(); ++i) {
    if (i < checksum_field.at || i >= checksum_field.at + checksum_field.size)
      sum += static_cast<unsigned char>(header[i]);
  }
  return sum;
}

bool is_harmless(std::string_view name) {
  if (std::ranges::any_of(name, [](char c) { return static_cast<unsigned char>(c) < ' '; }))
    return false;
  while (!name.empty()) {
    const bool is_last = name.find('/') == std::string_view::npos;
    const std::string_view part = cut(name, '/');
    if (part.empty() || part == "." || part == "..") return false;
    if (!is_last && name.empty()) return false;  // "a/"
  }
  return true;
}

enum class Type : std::uint8_t { file, folder };

std::optional<Type> type_of(char flag) {
  switch (flag) {
    case '0':
    case '\0':
      return Type::file;
    case '5':
      return Type::folder;
    default:
      return std::nullopt;
  }
}

struct Entry {
  std::string name;
  Type type = Type::file;
  std::uint64_t size = 0;
};

tl::expected<Entry, Malformed> read_header(std::string_view header, std::size_t offset) {
  constexpr std::string_view ustar("ustar\0", 6), gnu("ustar ", 6);
  if (octal(checksum_field.in(header)) != checksum_of(header))
    return wrong(offset + checksum_field.at, "wrong header checksum");
  const std::string_view magic = magic_field.in(header);
  if (magic != ustar && magic != gnu)
    return wrong(offset + magic_field.at, "no ustar header (use tar --format=ustar)");
  Entry entry;
  entry.name = text_of(name_field.in(header));
  if (const auto prefix = text_of(prefix_field.in(header)); magic == ustar && !prefix.empty())
    entry.name = fmt::format("{}/{}", prefix, entry.name);
  if (entry.name.starts_with("./")) entry.name.erase(0, 2);
  const char flag = type_field.in(header).front();
  const auto type = type_of(flag);
  if (!type) {
    return wrong(offset + type_field.at,
                 "an entry that is neither a file nor a directory (use tar --format=ustar "
                 "--dereference)");
  }
  entry.type = *type;
  if (*type == Type::file && (entry.name.empty() || !is_harmless(entry.name)))
    return wrong(offset, "a name that is absolute, contains '..' or is invalid");
  const auto size = octal(size_field.in(header));
  if (!size) return wrong(offset + size_field.at, "a size that is not a number");
  entry.size = *size;
  return entry;
}

bool is_zero(std::string_view bytes) { return bytes.find_first_not_of('\0') == bytes.npos; }

std::size_t padded(std::size_t size) { return (size + block - 1) / block * block; }

void put(std::string& header, Field field, std::string_view value) {
  header.replace(field.at, value.size(), value);
}

void put_octal(std::string& header, Field field, std::uint64_t value) {
  put(header, field, fmt::format("{:0{}o}", value, field.size - 1));
}

/// The name, and the folders before it that go into the prefix.
std::pair<std::string_view, std::string_view> split(std::string_view name) {
  if (name.size() <= name_field.size) return {name, ""};
  const auto slash = name.find('/', name.size() - name_field.size - 1);
  if (slash == name.npos || slash == 0 || slash > prefix_field.size || slash + 1 == name.size())
    throw std::length_error(fmt::format("a tar archive cannot hold the name {}", name));
  return {name.substr(slash + 1), name.substr(0, slash)};
}

std::string header_of(std::string_view path, std::size_t size) {
  constexpr std::uint64_t owner_alone = 0600, most = 077777777777;
  if (size > most)
    throw std::length_error(fmt::format("a tar archive cannot hold a file as big as {}", path));
  const auto [name, prefix] = split(path);
  std::string header(block, '\0');
  put(header, name_field, name);
  put_octal(header, mode_field, owner_alone);
  put_octal(header, uid_field, 0);
  put_octal(header, gid_field, 0);
  put_octal(header, size_field, size);
  put_octal(header, time_field, 0);
  put(header, type_field, "0");
  put(header, magic_field, "ustar");
  put(header, version_field, "00");
  put(header, prefix_field, prefix);
  put(header, checksum_field, fmt::format("{:06o}", checksum_of(header)) + std::string("\0 ", 2));
  return header;
}

}  // namespace

tl::expected<TarFiles, scsi::Malformed> read_tar(std::string_view archive) {
  TarFiles files;
  for (std::size_t offset = 0;;) {
    if (archive.size() - offset < block) return wrong(offset, "the archive ends early");
    const std::string_view header = archive.substr(offset, block);
    if (is_zero(header)) break;
    auto entry = read_header(header, offset);
    if (!entry) return tl::unexpected(entry.error());
    const std::size_t begin = offset + block;
    if (entry->size > archive.size() - begin)
      return wrong(offset + size_field.at, "the archive ends within a file");
    offset = begin + padded(entry->size);
    if (offset > archive.size()) return wrong(archive.size(), "the archive ends within a file");
    if (entry->type == Type::folder) continue;
    if (!files.emplace(std::move(entry->name), archive.substr(begin, entry->size)).second)
      return wrong(begin - block, "a duplicate name");
  }
  return files;
}

std::string tar_of(const std::map<std::string, std::string>& files) {
  std::string archive;
  archive.reserve(std::accumulate(
      files.begin(), files.end(), 2 * block,
      [](std::size_t sum, const auto& file) { return sum + block + padded(file.second.size()); }));
  for (const auto& [name, content] : files) {
    archive += header_of(name, content.size());
    archive += content;
    archive.resize(padded(archive.size()), '\0');
  }
  archive.append(2 * block, '\0');
  return archive;
}

}  // namespace multipath
