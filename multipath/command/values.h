#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "multipath/config/whitelist.h"
#include "multipath/model/map.h"

namespace multipath {

// Words of the command line as the values that they mean. Each throws UsageError.

int parse_verbosity(const std::string& text);
int parse_count(const std::string& text);
std::chrono::milliseconds parse_seconds(const std::string& text);
PathGroupingPolicy parse_policy(const std::string& text);
/// --whitelist RULE, and --allow-unlisted, its older name of `any`.
struct WhitelistOption {
  static constexpr const char* help =
      "which hardware gets maps, whatever the configuration says: strict (what the hardware table "
      "lists), identity (also a NAA designator on which all agree) or any";
  static constexpr const char* any_help = "the same as --whitelist any";

  std::optional<Whitelist> rule;
  bool any = false;

  void take(const std::string& text);
  /// Nothing when the configuration decides.
  std::optional<Whitelist> value() const;
};

/// A name that a map can have: 1 to 127 bytes that neither udev nor libdm has to change, not a path.
void require_map_name(const std::string& text);

}  // namespace multipath
