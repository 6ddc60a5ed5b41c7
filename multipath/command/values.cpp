#include "multipath/command/values.h"

#include <algorithm>
#include <optional>
#include <string_view>

#include <fmt/format.h>

#include "multipath/command/usage_error.h"
#include "multipath/model/number_text.h"
#include "multipath/model/wwid.h"

namespace multipath {
namespace {

std::optional<int> whole_number(const std::string& text, int least, int most) {
  const auto value = parse_number<int>(text);
  return value && *value >= least && *value <= most ? value : std::nullopt;
}

}  // namespace

int parse_verbosity(const std::string& text) {
  constexpr int most = 9;
  const auto value = whole_number(text, 0, most);
  if (!value) throw UsageError(fmt::format("-v takes a level from 0 to 3, not '{}'", text));
  return *value;
}

int parse_count(const std::string& text) {
  constexpr int most = 1000000;
  const auto value = whole_number(text, 0, most);
  if (!value) throw UsageError(fmt::format("'{}' is no count", text));
  return *value;
}

std::chrono::milliseconds parse_seconds(const std::string& text) {
  constexpr int most = 3600;
  const auto value = whole_number(text, 1, most);
  if (!value)
    throw UsageError(fmt::format("--deadline takes 1 to {} seconds, not '{}'", most, text));
  return std::chrono::seconds(*value);
}

PathGroupingPolicy parse_policy(const std::string& text) {
  if (const auto policy = path_grouping_policies.parse(text)) return *policy;
  throw UsageError(
      fmt::format("'{}' is no path grouping policy: failover, multibus, group_by_serial, "
                  "group_by_prio, group_by_node_name and group_by_tpg are",
                  text));
}

void WhitelistOption::take(const std::string& text) {
  rule = whitelist_names.parse(text);
  if (!rule)
    throw UsageError(
        fmt::format("'{}' is not a whitelist setting; expected strict, identity or any", text));
}

std::optional<Whitelist> WhitelistOption::value() const {
  return any && !rule ? Whitelist::any : rule;
}

void require_map_name(const std::string& text) {
  constexpr std::size_t longest =
      127;  // DM_NAME_LEN with the final NUL, include/uapi/linux/dm-ioctl.h
  constexpr std::string_view others = "#+-.:=@_";
  const bool allowed = std::ranges::all_of(text, is_wwid_character);
  if (text.empty() || text.size() > longest || !allowed || text == "." || text == ".." ||
      text == "control") {
    throw UsageError(fmt::format("'{}' can not be a map's name: 1 to {} letters, digits and {}",
                                 text, longest, others));
  }
}

}  // namespace multipath
