#include "multipath/config/keywords.h"

#include <algorithm>
#include <array>
#include <limits>

namespace multipath {
namespace {

using namespace codecs;
using enum Section;

constexpr auto section_names = names_of<Section>({
    {defaults, "defaults"},
    {blacklist, "blacklist"},
    {blacklist_exceptions, "blacklist_exceptions"},
    {blacklist_device, "device"},
    {devices, "devices"},
    {device, "device"},
    {overrides, "overrides"},
    {protocol, "protocol"},
    {multipaths, "multipaths"},
    {multipath, "multipath"},
});

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

// Where most keywords belong.
constexpr Sections everywhere = Sections(defaults) | overrides | device | multipath;
constexpr Sections for_devices = Sections(defaults) | overrides | device;
constexpr Sections for_transport = Sections(defaults) | overrides | device | protocol;
constexpr Sections for_maps = Sections(defaults) | multipath;
constexpr Sections rules = Sections(blacklist) | blacklist_exceptions;

constexpr std::int64_t int_max = std::numeric_limits<std::int32_t>::max();
constexpr std::int64_t unsigned_max = std::numeric_limits<std::uint32_t>::max() - 1;
// For times of a run and of --watch: a larger number is a mistake, such as milliseconds.
constexpr std::int64_t seconds_of_hour = 3600;
constexpr std::int64_t seconds_of_day = 24 * seconds_of_hour;

// Values that only some keywords take.
constexpr auto weights = names_of<bool>({{false, "uniform"}, {true, "priorities"}});
constexpr auto timeout_or_off =
    names_of<TransportTimeout::Kind>({{TransportTimeout::Kind::off, "off"}});
constexpr auto timeout_or_infinity =
    names_of<TransportTimeout::Kind>({{TransportTimeout::Kind::infinity, "infinity"}});

// Words of keywords without effect: they are checked and printed only.
constexpr auto max_word = names_of<std::string_view>({{"max", "max"}});
constexpr auto no_word = names_of<std::string_view>({{"no", "no"}});
constexpr auto off_word = names_of<std::string_view>({{"off", "off"}});
constexpr auto flushing = names_of<std::string_view>({{"yes", "yes"},
                                                      {"no", "no"},
                                                      {"yes", "1"},
                                                      {"no", "0"},
                                                      {"always", "always"},
                                                      {"unused", "unused"},
                                                      {"never", "never"}});
constexpr auto logging = names_of<std::string_view>({{"always", "always"}, {"once", "once"}});
constexpr auto marginal_groups = names_of<std::string_view>({{"on", "on"},
                                                             {"off", "off"},
                                                             {"on", "yes"},
                                                             {"off", "no"},
                                                             {"on", "1"},
                                                             {"off", "0"},
                                                             {"fpin", "fpin"}});
constexpr auto vendor_pages = names_of<std::string_view>({{"hp3par", "hp3par"}});

constexpr Codec retry_count() {
  return kind_or_number<NoPathRetry, no_path_retry_names, NoPathRetry::Kind::count,
                        NoPathRetry::Kind::fail>(int_max);
}
constexpr Codec failback_time() {
  return kind_or_number<Failback, failback_names, Failback::Kind::deferred, Failback::Kind::manual>(
      int_max);
}
constexpr Codec seconds_or_off() {
  return kind_or_number<TransportTimeout, timeout_or_off, TransportTimeout::Kind::seconds>(int_max);
}
constexpr Codec seconds_or_infinity() {
  return kind_or_number<TransportTimeout, timeout_or_infinity, TransportTimeout::Kind::seconds>(
      unsigned_max);
}
/// 0 means the built-in value.
constexpr Codec seconds_for_second_path() {
  return {.kind = ValueKind::number,
          .reader =
              [](const Codec& codec, std::string_view text) {
                return readers::number(codec, codec.number_in(text) == 0 ? "-10" : text);
              },
          .least = -seconds_of_hour,
          .most = seconds_of_hour};
}

/// The value without any configuration.
constexpr std::string_view by_default(std::string_view value) { return value; }
constexpr std::string_view unset;

constexpr Effect obeyed;
constexpr Effect no_effect(std::string_view reason) {
  return {.status = KeywordStatus::no_effect, .reason = reason};
}
constexpr Effect obsolete(std::string_view reason, std::string_view successor = {}) {
  return {.status = KeywordStatus::obsolete, .reason = reason, .successor = successor};
}

constexpr std::string_view dropped = "multipath-tools has dropped it";
constexpr Effect daemon_monitors =
    no_effect("only the daemon monitors paths; this program checks them when it runs");
constexpr Effect daemon_only = no_effect("it configures the daemon only");
constexpr Effect no_reservations = no_effect("persistent reservations are not managed here");
constexpr Effect own_uevents =
    no_effect("it configures how the daemon waits for udev; nothing here does");
constexpr std::string_view bio_based = "kernels since 2.6.31 use rr_min_io_rq";
constexpr std::string_view kernel_attaches = "kernels since 4.3 always keep the attached handler";

constexpr Keyword table[] = {
    {"verbosity", defaults, number(0, 4), by_default("2"), obeyed,
     "How much multipath reports: 0 nothing, 1 names, 2 maps, 3 and 4 every decision."},
    {"polling_interval", defaults, number(1, seconds_of_day), by_default("5"), obeyed,
     "Seconds before restore --watch first checks failed paths again."},
    {"max_polling_interval", defaults, number(1, seconds_of_day), unset, obeyed,
     "The longest interval between checks of restore --watch, in seconds."},
    {"reassign_maps", defaults, yes_or_no(), by_default("no"),
     no_effect("tables of devices above a map are never rewritten here"),
     "Whether the daemon rewrites the tables of devices above a map."},
    {"path_selector", everywhere, selector(), by_default("service-time 0"), obeyed,
     "How I/O is distributed over the paths of a group."},
    {"path_grouping_policy", everywhere, one_of<path_grouping_policies>(), by_default("failover"),
     obeyed, "How the paths of a unit are grouped."},
    {"uid_attrs", defaults, udev_properties(), unset, obeyed,
     "The udev properties that identify units, by kind of device."},
    {"uid_attribute", for_devices, any_text(), by_default("ID_SERIAL"), obeyed,
     "The udev property that identifies a unit."},
    {"getuid_callout", for_devices, any_text(), unset, obsolete(dropped, "uid_attribute"),
     "A program that printed the WWID of a unit."},
    {"prio", everywhere, one_of<prioritizer_names>(), by_default("const"), obeyed,
     "How a path gets its priority."},
    {"prio_args", everywhere, any_text(), unset, obeyed, "Arguments of the prioritizer."},
    {"features", everywhere, counted_words(), by_default("0"), obeyed,
     "Features of the map in the kernel."},
    {"path_checker", for_devices, one_of<checker_names>(), by_default("tur"), obeyed,
     "How a path is checked."},
    {"alias_prefix", for_devices, any_text(), by_default("mpath"), obeyed,
     "The prefix of user friendly names."},
    {"failback", everywhere, failback_time(), by_default("manual"),
     no_effect("only the daemon switches groups by itself; every run of this program selects the "
               "best group"),
     "When the daemon returns to the best group of paths."},
    {"rr_min_io", everywhere, number(0, int_max), by_default("1000"),
     obsolete(bio_based, "rr_min_io_rq"), "I/Os sent to a path before the next path, in bio mode."},
    {"rr_min_io_rq", everywhere, number(0, int_max), by_default("1"), obeyed,
     "I/Os sent to a path before the path selector chooses again."},
    {"max_fds", defaults, number_or<max_word>(0, 1048576), by_default("max"), daemon_only,
     "How many files the daemon may open."},
    {"rr_weight", everywhere, one_of<weights>(), by_default("uniform"), obeyed,
     "Whether rr_min_io_rq is multiplied by the priority of each path."},
    {"no_path_retry", everywhere, retry_count(), unset, obeyed,
     "What happens to I/O when no path is left."},
    {"queue_without_daemon", defaults, yes_or_no(), by_default("no"),
     no_effect("no_path_retry applies without a daemon"),
     "Whether I/O is queued while the daemon is stopped."},
    {"checker_timeout", defaults, number(0, seconds_of_hour), unset, obeyed,
     "Seconds that a device has to answer all commands of a run."},
    {"allow_usb_devices", defaults, yes_or_no(), by_default("no"), obeyed,
     "Whether USB disks may be paths."},
    {"pg_timeout", Sections(defaults) | device | multipath, any_text(), unset, obsolete(dropped),
     "Seconds to wait for a switch of groups."},
    {"flush_on_last_del", everywhere, one_of<flushing>(), by_default("no"),
     no_effect("only the daemon removes maps by itself"),
     "Whether the daemon fails queued I/O when the last path is deleted."},
    {"user_friendly_names", everywhere, yes_or_no(), by_default("no"), obeyed,
     "Whether units without an alias are named mpatha, mpathb and so on."},
    {"mode", for_maps, file_mode(), unset, obeyed, "Permissions of the map's device node."},
    {"uid", for_maps, user_name(unsigned_max), unset, obeyed, "Owner of the map's device node."},
    {"gid", for_maps, group_name(unsigned_max), unset, obeyed, "Group of the map's device node."},
    {"fast_io_fail_tmo", for_transport, seconds_or_off(), by_default("5"), obeyed,
     "Seconds after which I/O to a lost port of the transport fails."},
    {"dev_loss_tmo", for_transport, seconds_or_infinity(), unset, obeyed,
     "Seconds after which a lost port is removed."},
    {"eh_deadline", for_transport, seconds_or_off(), unset, obeyed,
     "Seconds of SCSI error handling before the host adapter is reset."},
    {"max_retries", Sections(defaults) | overrides | device, number_or<off_word>(-1, 5), unset,
     no_effect("the retry count of the kernel is left unchanged"),
     "How often the kernel retries a command."},
    {"bindings_file", defaults, absolute_path(), by_default("/etc/multipath/bindings"), obeyed,
     "The file of user friendly names."},
    {"wwids_file", defaults, absolute_path(), by_default("/etc/multipath/wwids"), obeyed,
     "The file of units that have, or had, a map."},
    {"prkeys_file", defaults, absolute_path(), by_default("/etc/multipath/prkeys"), no_reservations,
     "The file of reservation keys."},
    {"log_checker_err", defaults, one_of<logging>(), by_default("always"), daemon_only,
     "Whether the daemon logs every failed check, or only the first."},
    {"reservation_key", for_maps, reservation_key(), unset, no_reservations,
     "The key of persistent reservations."},
    {"all_tg_pt", for_devices, yes_or_no(), by_default("no"), no_reservations,
     "Whether a registration applies to all target ports."},
    {"retain_attached_hw_handler", for_devices, yes_or_no(), by_default("yes"),
     obsolete(kernel_attaches), "Whether a map keeps the device handler that the kernel attached."},
    {"detect_prio", for_devices, yes_or_no(), by_default("yes"), obeyed,
     "Whether ALUA support of the array selects the prioritizer."},
    {"detect_checker", for_devices, yes_or_no(), by_default("yes"), obeyed,
     "Whether ALUA support of the array selects the checker."},
    {"detect_pgpolicy", for_devices, yes_or_no(), by_default("no"), obeyed,
     "Whether units with ALUA priorities are grouped by priority."},
    {"detect_pgpolicy_use_tpg", for_devices, yes_or_no(), by_default("no"), obeyed,
     "Whether detect_pgpolicy groups by target port group instead."},
    {"force_sync", defaults, yes_or_no(), by_default("yes"),
     no_effect("all devices are checked in parallel, each within its deadline"),
     "Whether checkers run one after the other."},
    {"strict_timing", defaults, yes_or_no(), by_default("no"), daemon_only,
     "Whether the daemon checks paths exactly once a second."},
    {"deferred_remove", everywhere, yes_or_no(), by_default("no"),
     no_effect("a map in use is not removed; see clear-holders"),
     "Whether a map in use is removed when its last user closes it."},
    {"partition_delimiter", defaults, any_text(), unset, obeyed,
     "Text between a map's name and the number of a partition."},
    {"config_dir", defaults, any_text(), unset,
     obsolete(dropped, "files /etc/multipath/conf.d/*.conf"),
     "The directory of further configuration files."},
    {"multipath_dir", defaults, any_text(), unset, obsolete(dropped),
     "The directory of checkers and prioritizers."},
    {"delay_watch_checks", everywhere, number_or<no_word>(0, int_max), by_default("no"),
     daemon_monitors, "Checks during which the daemon watches a path that returned."},
    {"delay_wait_checks", everywhere, number_or<no_word>(0, int_max), by_default("no"),
     daemon_monitors, "Checks that a path must pass after it failed while being watched."},
    {"san_path_err_threshold", everywhere, number_or<no_word>(0, int_max), by_default("no"),
     daemon_monitors, "Failures after which the daemon does not reinstate a path."},
    {"san_path_err_forget_rate", everywhere, number_or<no_word>(0, int_max), by_default("no"),
     daemon_monitors, "Good checks that cancel one failure of san_path_err_threshold."},
    {"san_path_err_recovery_time", everywhere, number_or<no_word>(0, int_max), by_default("no"),
     daemon_monitors, "Seconds that an unreliable path stays out of use."},
    {"marginal_path_err_sample_time", everywhere, number_or<no_word>(0, int_max), by_default("no"),
     daemon_monitors, "Seconds during which the error rate of a path is sampled."},
    {"marginal_path_err_rate_threshold", everywhere, number_or<no_word>(0, int_max),
     by_default("no"), daemon_monitors, "Errors in 1000 I/Os that make a path marginal."},
    {"marginal_path_err_recheck_gap_time", everywhere, number_or<no_word>(0, int_max),
     by_default("no"), daemon_monitors, "Seconds before a marginal path is sampled again."},
    {"marginal_path_double_failed_time", everywhere, number_or<no_word>(0, int_max),
     by_default("no"), daemon_monitors,
     "Seconds within which a second failure starts sampling a path."},
    {"find_multipaths", defaults, one_of<find_multipaths_names>(), by_default("on"), obeyed,
     "Which units get a map."},
    {"whitelist", defaults, one_of<whitelist_names>(), by_default("identity"), obeyed,
     "Which hardware gets maps."},
    {"uxsock_timeout", defaults, number(0, int_max), by_default("4000"), daemon_only,
     "Milliseconds to wait for the daemon's reply."},
    {"retrigger_tries", defaults, number(0, int_max), by_default("0"), own_uevents,
     "How often udev is asked again for the identity of a device."},
    {"retrigger_delay", defaults, number(0, int_max), by_default("10"), own_uevents,
     "Seconds between these requests to udev."},
    {"missing_uev_wait_timeout", defaults, number(0, int_max), by_default("30"), own_uevents,
     "Seconds to wait for the uevent of a new map."},
    {"skip_kpartx", everywhere, yes_or_no(), by_default("no"), obeyed,
     "Whether the partitions of a map get no maps."},
    {"disable_changed_wwids", defaults, any_text(), by_default("ignored"),
     obsolete(dropped, "recheck_wwid"), "What happens to a path whose WWID changed."},
    {"purge_disconnected", everywhere, yes_or_no(), unset, daemon_monitors,
     "Whether paths to units that the array no longer maps are deleted."},
    {"remove_retries", defaults, number(0, int_max), by_default("0"), obeyed,
     "How often a flush of a map in use is retried, once a second."},
    {"max_sectors_kb", everywhere, number(0, int_max), unset, obeyed,
     "The size of the largest I/O to paths and map, in KiB."},
    {"ghost_delay", everywhere, number_or<no_word>(0, int_max), by_default("no"), daemon_monitors,
     "Seconds to wait for an active path before standby paths are used."},
    {"auto_resize", defaults, one_of<auto_resize_names>(), by_default("grow_only"), obeyed,
     "Whether any run gives a map the new size of its paths."},
    {"find_multipaths_timeout", defaults, seconds_for_second_path(), by_default("-10"), obeyed,
     "Seconds to wait for a second path."},
    {"enable_foreign", defaults, regular_expression(), by_default("nvme"), obeyed,
     "Which multipath drivers of the kernel are listed beside maps."},
    {"marginal_pathgroups", defaults, one_of<marginal_groups>(), by_default("off"), daemon_monitors,
     "Whether marginal paths get a group of their own."},
    {"recheck_wwid", for_devices, yes_or_no(), by_default("no"), obeyed,
     "Whether a failed path must identify itself before it is reinstated."},

    // Rules of blacklist and blacklist_exceptions.
    {"devnode", rules, rule(), unset, obeyed, "Kernel names of devices."},
    {"wwid", rules, rule(), unset, obeyed, "WWIDs of units."},
    {"property", rules, rule(), unset, obeyed, "Names of udev properties of devices."},
    {"protocol", rules, rule(), unset, obeyed, "Protocols of paths."},
    {"vendor", blacklist_device, rule(), unset, obeyed,
     "Vendors of products, as INQUIRY reports them."},
    {"product", blacklist_device, rule(), unset, obeyed, "Products, as INQUIRY reports them."},

    // What a section applies to.
    {"vendor", device, regular_expression(), unset, obeyed,
     "The vendor that the section applies to, as INQUIRY reports it."},
    {"product", device, regular_expression(), unset, obeyed,
     "The product that the section applies to, as INQUIRY reports it."},
    {"revision", device, regular_expression(), unset, obeyed,
     "The product revision that the section applies to."},
    {"product_blacklist", device, rule(), unset, obeyed,
     "Products of the same vendor that are not paths."},
    {"hardware_handler", device, counted_words(), unset, obeyed,
     "The kernel's device handler and its arguments."},
    {"vpd_vendor", device, one_of<vendor_pages>(), unset,
     no_effect("only listings of the daemon show the vendor page of the array"),
     "The vendor-specific VPD page that the daemon reads."},
    {"type", Section::protocol, protocol_name(), unset, obeyed,
     "The protocol that the section applies to."},
    {"wwid", multipath, any_text(), unset, obeyed,
     "The WWID of the unit that the section applies to."},
    {"alias", multipath, any_text(), unset, obeyed, "The name of the map."},
};

constexpr std::string_view red_hat = "only older multipath-tools of Red Hat have it";
constexpr std::string_view suse = "only older multipath-tools of SUSE have it";

constexpr std::array dropped_keywords{
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

}  // namespace

std::string to_string(Section section) { return section_names.to_string(section); }

std::optional<Section> section_in(std::optional<Section> outer, std::string_view name) {
  if (!outer) {
    for (const Section section : top_level)
      if (section_names.word_of(section) == name) return section;
    return std::nullopt;
  }
  for (const Nesting& nesting : nestings)
    if (nesting.outer == *outer && section_names.word_of(nesting.inner) == name)
      return nesting.inner;
  return std::nullopt;
}

std::optional<Value> Keyword::built_in_value() const {
  if (built_in.empty()) return std::nullopt;
  return codec.read(built_in).value();
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
  if (!section) {
    for (const Section top : top_level) result.push_back(section_names.word_of(top));
    return result;
  }
  for (const Nesting& nesting : nestings)
    if (nesting.outer == *section) result.push_back(section_names.word_of(nesting.inner));
  for (const Keyword& keyword : table)
    if (keyword.sections.contains(*section)) result.push_back(keyword.name);
  return result;
}

const DroppedKeyword* find_dropped_keyword(std::string_view name) {
  const auto* found = std::ranges::find(dropped_keywords, name, &DroppedKeyword::name);
  return found == dropped_keywords.end() ? nullptr : found;
}

}  // namespace multipath
