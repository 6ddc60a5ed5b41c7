#include "multipath/config/wwids_file.h"

#include <algorithm>
#include <set>

namespace multipath {
namespace {

constexpr std::string_view header =
    "# Multipath wwids, Version : 1.0\n"
    "# NOTE: This file is automatically maintained by multipath and multipathd.\n"
    "# You should not need to edit this file in normal circumstances.\n"
    "#\n"
    "# Valid WWIDs:\n";

/// The WWID of a line; "" for a line that has none.
std::string_view wwid_of_line(std::string_view line) {
  if (!line.starts_with('/')) return {};
  line.remove_prefix(1);
  const std::size_t end = line.find('/');
  return end == std::string_view::npos ? std::string_view() : line.substr(0, end);
}

/// Calls `take` with the begin of each line and its text without the newline.
template <class Take>
void for_each_line(std::string_view text, const Take& take) {
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    take(begin, text.substr(begin, end - begin));
    begin = end + 1;
  }
}

std::string line_of(std::string_view wwid) { return "/" + std::string(wwid) + "/\n"; }

}  // namespace

std::vector<std::string> wwids_in(std::string_view text) {
  std::vector<std::string> wwids;
  for_each_line(text, [&](std::size_t, std::string_view line) {
    if (const auto wwid = wwid_of_line(line); !wwid.empty()) wwids.emplace_back(wwid);
  });
  return wwids;
}

std::set<Wwid> known_units_in(std::string_view text) {
  std::set<Wwid> units;
  for (const std::string& word : wwids_in(text)) {
    if (auto wwid = Wwid::from_text(word)) units.insert(std::move(*wwid));
  }
  return units;
}

bool lists_wwid(std::string_view text, std::string_view wwid) {
  bool listed = false;
  for_each_line(text, [&](std::size_t, std::string_view line) {
    listed = listed || (!wwid.empty() && wwid_of_line(line) == wwid);
  });
  return listed;
}

std::string with_wwids(std::string_view text, std::span<const std::string> wwids) {
  std::string result(text.empty() ? header : text);
  const std::vector<std::string> there = wwids_in(text);
  std::set<std::string_view> listed(there.begin(), there.end());
  for (const std::string& wwid : wwids) {
    if (!listed.insert(wwid).second) continue;
    if (!result.ends_with('\n')) result += '\n';
    result += line_of(wwid);
  }
  return result;
}

std::string with_wwid(std::string_view text, std::string_view wwid) {
  const std::string one(wwid);
  return with_wwids(text, {&one, 1});
}

std::optional<std::string> without_wwid(std::string_view text, std::string_view wwid) {
  std::string result(text);
  bool removed = false;
  for_each_line(text, [&](std::size_t begin, std::string_view line) {
    if (wwid.empty() || wwid_of_line(line) != wwid) return;
    result[begin] = '#';
    removed = true;
  });
  return removed ? std::optional(std::move(result)) : std::nullopt;
}

std::string wwids_text(std::span<const std::string> wwids) {
  std::string text(header);
  for (const std::string& wwid : wwids) text += line_of(wwid);
  return text;
}

}  // namespace multipath
