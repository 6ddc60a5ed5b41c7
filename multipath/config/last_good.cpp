#include "multipath/config/last_good.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

namespace multipath {
namespace {

constexpr std::string_view header =
    "# multipath: the last configuration without errors. Written by multipath; changes here are "
    "lost.\n";
constexpr std::string_view time_mark = "# time: ";
constexpr std::string_view file_mark = "# file: ";

/// Removes the first line from the text and returns it without its newline; nothing at the end.
std::optional<std::string_view> take_line(std::string_view& text) {
  const std::size_t end = text.find('\n');
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end + 1);
  return line;
}

/// "# file: 12 /etc/multipath.conf" and the text of that file.
std::optional<ConfigurationText> take_file(std::string_view& text) {
  auto line = take_line(text);
  if (!line || !line->starts_with(file_mark)) return std::nullopt;
  line->remove_prefix(file_mark.size());
  std::size_t length = 0;
  const char* end = line->data() + line->size();
  const auto [behind, error] = std::from_chars(line->data(), end, length);
  if (error != std::errc{} || behind == end || *behind != ' ') return std::nullopt;
  if (length >= text.size() || text[length] != '\n') return std::nullopt;
  ConfigurationText file{std::string(behind + 1, end), std::string(text.substr(0, length))};
  text.remove_prefix(length + 1);
  return file;
}

}  // namespace

std::string last_good_text(std::span<const ConfigurationText> files, std::string_view time) {
  std::string text = fmt::format("{}{}{}\n", header, time_mark, time);
  for (const ConfigurationText& file : files)
    text += fmt::format("{}{} {}\n{}\n", file_mark, file.text.size(), file.file, file.text);
  return text;
}

std::optional<LastGood> parse_last_good(std::string_view text) {
  if (!text.starts_with(header)) return std::nullopt;
  text.remove_prefix(header.size());
  const auto time = take_line(text);
  if (!time || !time->starts_with(time_mark)) return std::nullopt;
  LastGood copy{std::string(time->substr(time_mark.size())), {}};
  while (!text.empty()) {
    auto file = take_file(text);
    if (!file) return std::nullopt;
    copy.files.push_back(std::move(*file));
  }
  return copy;
}

bool is_copy_of(const LastGood& copy, std::span<const ConfigurationText> files) {
  return std::ranges::equal(copy.files, files,
                            [](const ConfigurationText& a, const ConfigurationText& b) {
                              return a.file == b.file && a.text == b.text;
                            });
}

}  // namespace multipath
