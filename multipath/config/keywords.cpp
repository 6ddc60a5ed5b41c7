#include "multipath/config/keywords.h"

#include <algorithm>
#include <array>
#include <limits>

namespace multipath {
namespace {

using enum Section;
using enum ValueKind;
using enum KeywordStatus;

constexpr std::array section_names{
    std::pair{defaults, "defaults"},
    std::pair{blacklist, "blacklist"},
    std::pair{blacklist_exceptions, "blacklist_exceptions"},
    std::pair{blacklist_device, "device"},
    std::pair{devices, "devices"},
    std::pair{device, "device"},
    std::pair{overrides, "overrides"},
    std::pair{protocol, "protocol"},
    std::pair{multipaths, "multipaths"},
    std::pair{multipath, "multipath"},
};

struct Nesting {
  Section outer;
  Section inner;
};
constexpr std::array nestings{
    Nesting{blacklist, blacklist_device},
    Nesting{blacklist_exceptions, blacklist_device},
    Nesting{devices, device},
    Nesting{overrides, protocol},
    Nesting{multipaths, multipath},
};
constexpr std::array top_level{defaults, blacklist, blacklist_exceptions,
                               devices,  overrides, multipaths};

// Where most keywords may stand.
constexpr Sections everywhere = Sections(defaults) | overrides | device | multipath;
constexpr Sections for_devices = Sections(defaults) | overrides | device;
constexpr Sections for_transport = Sections(defaults) | overrides | device | protocol;
constexpr Sections for_maps = Sections(defaults) | multipath;
constexpr Sections rules = Sections(blacklist) | blacklist_exceptions;

constexpr std::int64_t int_max = std::numeric_limits<std::int32_t>::max();
constexpr std::int64_t unsigned_max = std::numeric_limits<std::uint32_t>::max() - 1;

constexpr std::string_view daemon_polls =
    "only the daemon watches paths; this program asks them when it is run";
constexpr std::string_view daemon_only = "it concerns the daemon only";
constexpr std::string_view no_reservations = "persistent reservations are not managed here";
constexpr std::string_view dropped = "multipath-tools has dropped it";
constexpr std::string_view own_uevents =
    "it concerns how the daemon waits for udev; nothing here does";
constexpr std::string_view bio_based = "kernels since 2.6.31 use rr_min_io_rq";
constexpr std::string_view kernel_attaches =
    "kernels since 4.3 keep the handler that is attached, always";

constexpr Keyword table[] = {
    {"verbosity", defaults, number, "", 0, 4, "2", obeyed, ""},
    {"polling_interval", defaults, number, "", 1, unsigned_max, "5", obeyed, ""},
    {"max_polling_interval", defaults, number, "", 1, unsigned_max, "", obeyed, ""},
    {"reassign_maps", defaults, yes_no, "", 0, 0, "no", no_effect,
     "tables of devices above a map are never rewritten here"},
    {"path_selector", everywhere, selector, "", 0, 0, "service-time 0", obeyed, ""},
    {"path_grouping_policy", everywhere, words,
     "failover|multibus|group_by_serial|group_by_prio|group_by_node_name|group_by_tpg", 0, 0,
     "failover", obeyed, ""},
    {"uid_attrs", defaults, attributes, "", 0, 0, "", obeyed, ""},
    {"uid_attribute", for_devices, text, "", 0, 0, "ID_SERIAL", obeyed, ""},
    {"getuid_callout", for_devices, text, "", 0, 0, "", obsolete, dropped},
    {"prio", everywhere, words,
     "const|alua|sysfs|rdac|emc|hp_sw|ontap|netapp|hds|hp_alua|weightedpath|weighted|path_latency|"
     "random|datacore|iet|ana",
     0, 0, "const", obeyed, ""},
    {"prio_args", everywhere, text, "", 0, 0, "", obeyed, ""},
    {"features", everywhere, counted, "", 0, 0, "0", obeyed, ""},
    {"path_checker", for_devices, words,
     "tur|readsector0|directio|rdac|emc_clariion|hp_sw|cciss_tur|none", 0, 0, "tur", obeyed, ""},
    {"alias_prefix", for_devices, text, "", 0, 0, "mpath", obeyed, ""},
    {"failback", everywhere, number, "immediate|manual|followover", 0, int_max, "manual", no_effect,
     "only the daemon changes groups of its own accord; a run of this program always names the "
     "best group"},
    {"rr_min_io", everywhere, number, "", 0, int_max, "1000", obsolete, bio_based},
    {"rr_min_io_rq", everywhere, number, "", 0, int_max, "1", obeyed, ""},
    {"max_fds", defaults, number, "max", 0, 1048576, "max", no_effect, daemon_only},
    {"rr_weight", everywhere, words, "uniform|priorities", 0, 0, "uniform", obeyed, ""},
    {"no_path_retry", everywhere, number, "fail|queue", 0, int_max, "", obeyed, ""},
    {"queue_without_daemon", defaults, yes_no, "", 0, 0, "no", no_effect,
     "what no_path_retry says holds without a daemon, too"},
    {"checker_timeout", defaults, number, "", 0, int_max, "", obeyed, ""},
    {"allow_usb_devices", defaults, yes_no, "", 0, 0, "no", obeyed, ""},
    {"pg_timeout", Sections(defaults) | device | multipath, text, "", 0, 0, "", obsolete, dropped},
    {"flush_on_last_del", everywhere, words, "yes|no|1|0|always|unused|never", 0, 0, "no",
     no_effect, "only the daemon removes maps of its own accord"},
    {"user_friendly_names", everywhere, yes_no, "", 0, 0, "no", obeyed, ""},
    {"mode", for_maps, octal, "", 0, 07777, "", obeyed, ""},
    {"uid", for_maps, user, "", 0, unsigned_max, "", obeyed, ""},
    {"gid", for_maps, group, "", 0, unsigned_max, "", obeyed, ""},
    {"fast_io_fail_tmo", for_transport, number, "off", 0, int_max, "5", obeyed, ""},
    {"dev_loss_tmo", for_transport, number, "infinity", 0, unsigned_max, "", obeyed, ""},
    {"eh_deadline", for_transport, number, "off", 0, int_max, "", obeyed, ""},
    {"max_retries", Sections(defaults) | overrides | device, number, "off", -1, 5, "", no_effect,
     "the kernel's own count of retries is left alone"},
    {"bindings_file", defaults, path, "", 0, 0, "/etc/multipath/bindings", obeyed, ""},
    {"wwids_file", defaults, path, "", 0, 0, "/etc/multipath/wwids", obeyed, ""},
    {"prkeys_file", defaults, path, "", 0, 0, "/etc/multipath/prkeys", no_effect, no_reservations},
    {"log_checker_err", defaults, words, "always|once", 0, 0, "always", no_effect, daemon_only},
    {"reservation_key", for_maps, key, "", 0, 0, "", no_effect, no_reservations},
    {"all_tg_pt", for_devices, yes_no, "", 0, 0, "no", no_effect, no_reservations},
    {"retain_attached_hw_handler", for_devices, yes_no, "", 0, 0, "yes", obsolete, kernel_attaches},
    {"detect_prio", for_devices, yes_no, "", 0, 0, "yes", obeyed, ""},
    {"detect_checker", for_devices, yes_no, "", 0, 0, "yes", obeyed, ""},
    {"detect_pgpolicy", for_devices, yes_no, "", 0, 0, "no", obeyed, ""},
    {"detect_pgpolicy_use_tpg", for_devices, yes_no, "", 0, 0, "no", obeyed, ""},
    {"force_sync", defaults, yes_no, "", 0, 0, "yes", no_effect,
     "all devices are asked at the same time, each within its deadline"},
    {"strict_timing", defaults, yes_no, "", 0, 0, "no", no_effect, daemon_only},
    {"deferred_remove", everywhere, yes_no, "", 0, 0, "no", no_effect,
     "a map in use is not removed; see clear-holders"},
    {"partition_delimiter", defaults, text, "", 0, 0, "", obeyed, ""},
    {"config_dir", defaults, text, "", 0, 0, "", obsolete, dropped},
    {"multipath_dir", defaults, text, "", 0, 0, "", obsolete, dropped},
    {"delay_watch_checks", everywhere, number, "no", 0, int_max, "no", no_effect, daemon_polls},
    {"delay_wait_checks", everywhere, number, "no", 0, int_max, "no", no_effect, daemon_polls},
    {"san_path_err_threshold", everywhere, number, "no", 0, int_max, "no", no_effect, daemon_polls},
    {"san_path_err_forget_rate", everywhere, number, "no", 0, int_max, "no", no_effect,
     daemon_polls},
    {"san_path_err_recovery_time", everywhere, number, "no", 0, int_max, "no", no_effect,
     daemon_polls},
    {"marginal_path_err_sample_time", everywhere, number, "no", 0, int_max, "no", no_effect,
     daemon_polls},
    {"marginal_path_err_rate_threshold", everywhere, number, "no", 0, int_max, "no", no_effect,
     daemon_polls},
    {"marginal_path_err_recheck_gap_time", everywhere, number, "no", 0, int_max, "no", no_effect,
     daemon_polls},
    {"marginal_path_double_failed_time", everywhere, number, "no", 0, int_max, "no", no_effect,
     daemon_polls},
    {"find_multipaths", defaults, words, "off|on|strict|greedy|smart|no|yes|0|1", 0, 0, "on",
     obeyed, ""},
    {"whitelist", defaults, words, "strict|identity|any", 0, 0, "identity", obeyed, ""},
    {"uxsock_timeout", defaults, number, "", 0, int_max, "4000", no_effect, daemon_only},
    {"retrigger_tries", defaults, number, "", 0, int_max, "0", no_effect, own_uevents},
    {"retrigger_delay", defaults, number, "", 0, int_max, "10", no_effect, own_uevents},
    {"missing_uev_wait_timeout", defaults, number, "", 0, int_max, "30", no_effect, own_uevents},
    {"skip_kpartx", everywhere, yes_no, "", 0, 0, "no", obeyed, ""},
    {"disable_changed_wwids", defaults, text, "", 0, 0, "ignored", obsolete, dropped},
    {"purge_disconnected", everywhere, yes_no, "", 0, 0, "", no_effect, daemon_polls},
    {"remove_retries", defaults, number, "", 0, int_max, "0", obeyed, ""},
    {"max_sectors_kb", everywhere, number, "", 0, int_max, "", obeyed, ""},
    {"ghost_delay", everywhere, number, "no", 0, int_max, "no", no_effect, daemon_polls},
    {"auto_resize", defaults, words, "never|grow_only|grow_shrink", 0, 0, "grow_only", obeyed, ""},
    {"find_multipaths_timeout", defaults, number, "", -int_max, int_max, "-10", obeyed, ""},
    {"enable_foreign", defaults, pattern, "", 0, 0, "nvme", obeyed, ""},
    {"marginal_pathgroups", defaults, words, "on|off|yes|no|1|0|fpin", 0, 0, "off", no_effect,
     daemon_polls},
    {"recheck_wwid", for_devices, yes_no, "", 0, 0, "no", obeyed, ""},

    // Rules of blacklist and blacklist_exceptions.
    {"devnode", rules, rule, "", 0, 0, "", obeyed, ""},
    {"wwid", Sections(rules), rule, "", 0, 0, "", obeyed, ""},
    {"property", rules, rule, "", 0, 0, "", obeyed, ""},
    {"protocol", rules, rule, "", 0, 0, "", obeyed, ""},
    {"vendor", blacklist_device, rule, "", 0, 0, "", obeyed, ""},
    {"product", blacklist_device, rule, "", 0, 0, "", obeyed, ""},

    // What a section is about.
    {"vendor", device, pattern, "", 0, 0, "", obeyed, ""},
    {"product", device, pattern, "", 0, 0, "", obeyed, ""},
    {"revision", device, pattern, "", 0, 0, "", obeyed, ""},
    {"product_blacklist", device, rule, "", 0, 0, "", obeyed, ""},
    {"hardware_handler", device, counted, "", 0, 0, "", obeyed, ""},
    {"vpd_vendor", device, words, "hp3par", 0, 0, "", no_effect,
     "the array's own page is only asked for in listings of the daemon"},
    {"type", Section::protocol, protocol_type, "", 0, 0, "", obeyed, ""},
    {"wwid", multipath, text, "", 0, 0, "", obeyed, ""},
    {"alias", multipath, text, "", 0, 0, "", obeyed, ""},
};

}  // namespace

std::string to_string(Section section) {
  for (const auto& [value, name] : section_names)
    if (value == section) return name;
  return "?";
}

std::optional<Section> section_in(std::optional<Section> outer, std::string_view name) {
  if (!outer) {
    for (const Section section : top_level)
      if (to_string(section) == name) return section;
    return std::nullopt;
  }
  for (const Nesting& nesting : nestings)
    if (nesting.outer == *outer && to_string(nesting.inner) == name) return nesting.inner;
  return std::nullopt;
}

std::span<const Keyword> keywords() { return table; }

const Keyword* find_keyword(std::string_view name, Section section) {
  if (name == "checker") name = "path_checker";  // its name before multipath-tools 0.4.8
  const auto* found = std::ranges::find_if(table, [&](const Keyword& keyword) {
    return keyword.name == name && keyword.sections.contains(section);
  });
  return found == std::end(table) ? nullptr : found;
}

std::vector<std::string_view> words_of(std::optional<Section> section) {
  std::vector<std::string_view> result;
  for (const auto& [value, name] : section_names) {
    const auto found = section_in(section, name);
    if (found && *found == value) result.emplace_back(name);
  }
  if (!section) return result;
  for (const Keyword& keyword : table)
    if (keyword.sections.contains(*section)) result.push_back(keyword.name);
  return result;
}

}  // namespace multipath
