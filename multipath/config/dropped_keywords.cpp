#include "multipath/config/dropped_keywords.h"

#include <algorithm>
#include <array>

namespace multipath {
namespace {

constexpr std::string_view dropped = "multipath-tools has dropped it";
constexpr std::string_view red_hat = "it is of Red Hat's older multipath-tools only";
constexpr std::string_view suse = "it is of SUSE's older multipath-tools only";

constexpr std::array table{
    DroppedKeyword{"udev_dir", "", dropped},
    DroppedKeyword{"multipath_tool", "", dropped},
    DroppedKeyword{"selector", "path_selector", dropped},
    DroppedKeyword{"prio_callout", "prio", dropped},
    DroppedKeyword{"getuid", "uid_attribute", dropped},
    DroppedKeyword{"bl_product", "product_blacklist", dropped},
    DroppedKeyword{"rr_wmin_io", "rr_min_io_rq", dropped},
    DroppedKeyword{"default_selector", "path_selector", dropped},
    DroppedKeyword{"default_selector_args", "path_selector", dropped},
    DroppedKeyword{"default_path_selector", "path_selector", dropped},
    DroppedKeyword{"default_path_grouping_policy", "path_grouping_policy", dropped},
    DroppedKeyword{"default_path_checker", "path_checker", dropped},
    DroppedKeyword{"default_uid_attribute", "uid_attribute", dropped},
    DroppedKeyword{"default_getuid_callout", "uid_attribute", dropped},
    DroppedKeyword{"default_prio_callout", "prio", dropped},
    DroppedKeyword{"default_prio", "prio", dropped},
    DroppedKeyword{"default_features", "features", dropped},
    DroppedKeyword{"default_hardware_handler", "hardware_handler", dropped},
    DroppedKeyword{"pg_prio_calc", "", dropped},
    DroppedKeyword{"pg_select", "path_grouping_policy", dropped},
    DroppedKeyword{"daemon_uid", "", dropped},
    DroppedKeyword{"daemon_gid", "", dropped},
    DroppedKeyword{"devnode_blacklist", "blacklist", dropped},
    DroppedKeyword{"devnode_blacklist_exceptions", "blacklist_exceptions", dropped},
    DroppedKeyword{"queue_if_no_path", "no_path_retry", "it is a word of features"},
    DroppedKeyword{"hw_str_match", "", red_hat},
    DroppedKeyword{"hwtable_regex_match", "", red_hat},
    DroppedKeyword{"ignore_new_boot_devs", "", red_hat},
    DroppedKeyword{"new_bindings_in_boot", "", red_hat},
    DroppedKeyword{"unpriv_sgio", "", red_hat},
    DroppedKeyword{"replace_wwid_whitespace", "", red_hat},
    DroppedKeyword{"detect_path_checker", "detect_checker", red_hat},
    DroppedKeyword{"all_devs", "section overrides", red_hat},
    DroppedKeyword{"async_timeout", "checker_timeout", suse},
    DroppedKeyword{"reload_readwrite", "", suse},
    DroppedKeyword{"lock_without_daemon", "", suse},
    DroppedKeyword{"no_partitions", "skip_kpartx", suse},
};

/// Of keywords that are still read.
constexpr std::array<std::pair<std::string_view, std::string_view>, 4> successors{{
    {"getuid_callout", "uid_attribute"},
    {"rr_min_io", "rr_min_io_rq"},
    {"disable_changed_wwids", "recheck_wwid"},
    {"config_dir", "files /etc/multipath/conf.d/*.conf"},
}};

}  // namespace

const DroppedKeyword* find_dropped_keyword(std::string_view name) {
  const auto* found = std::ranges::find(table, name, &DroppedKeyword::name);
  return found == table.end() ? nullptr : found;
}

std::string_view successor_of(std::string_view name) {
  for (const auto& [keyword, successor] : successors)
    if (keyword == name) return successor;
  return {};
}

}  // namespace multipath
