#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "multipath/config/diagnostic.h"
#include "multipath/config/whitelist.h"
#include "multipath/model/map.h"
#include "multipath/model/names.h"
#include "multipath/model/path.h"

namespace multipath {

/// Which units get a map (multipath.conf find_multipaths).
enum class FindMultipaths : std::uint8_t {
  off,     ///< every unit that is not blacklisted
  on,      ///< two paths, or a WWID in the wwids file, or a map that exists
  strict,  ///< a WWID in the wwids file, or a map that exists
  greedy,  ///< as off, and at once
  smart,   ///< as on, waiting a while for a second path
};
inline constexpr auto find_multipaths_names = names_of<FindMultipaths>({
    {FindMultipaths::off, "off"},
    {FindMultipaths::on, "on"},
    {FindMultipaths::strict, "strict"},
    {FindMultipaths::greedy, "greedy"},
    {FindMultipaths::smart, "smart"},
    {FindMultipaths::off, "no"},
    {FindMultipaths::on, "yes"},
    {FindMultipaths::off, "0"},
    {FindMultipaths::on, "1"},
});
std::string to_string(FindMultipaths mode);

/// What happens to I/O when no path works (multipath.conf no_path_retry).
struct NoPathRetry {
  enum class Kind : std::uint8_t { fail, queue, count };
  Kind kind = Kind::fail;
  std::uint32_t checks = 0;  ///< kind count: I/O is queued for so many failed checks

  auto operator<=>(const NoPathRetry&) const = default;
};
inline constexpr auto no_path_retry_names = names_of<NoPathRetry::Kind>({
    {NoPathRetry::Kind::fail, "fail"},
    {NoPathRetry::Kind::queue, "queue"},
});
std::string to_string(const NoPathRetry& retry);

/// Which maps get their paths' new size by a run that was not asked to resize them (multipath.conf
/// auto_resize).
enum class AutoResize : std::uint8_t {
  never,
  grow_only,
  grow_shrink,  ///< smaller only while nobody uses the map
};
inline constexpr auto auto_resize_names = names_of<AutoResize>({
    {AutoResize::never, "never"},
    {AutoResize::grow_only, "grow_only"},
    {AutoResize::grow_shrink, "grow_shrink"},
});
std::string to_string(AutoResize resize);

/// When the daemon goes back to the best group.
struct Failback {
  enum class Kind : std::uint8_t { manual, immediate, followover, deferred };
  Kind kind = Kind::manual;
  std::uint32_t seconds = 0;  ///< kind deferred

  auto operator<=>(const Failback&) const = default;
};
inline constexpr auto failback_names = names_of<Failback::Kind>({
    {Failback::Kind::immediate, "immediate"},
    {Failback::Kind::manual, "manual"},
    {Failback::Kind::followover, "followover"},
});
std::string to_string(const Failback& failback);

enum class PrioritizerKind : std::uint8_t {
  constant,
  alua,
  sysfs,
  rdac,
  emc,
  hp_sw,
  ontap,
  hds,
  weightedpath,
  path_latency,
  random,
  datacore,
  iet,
  ana,
};
inline constexpr auto prioritizer_names = names_of<PrioritizerKind>({
    {PrioritizerKind::constant, "const"},
    {PrioritizerKind::alua, "alua"},
    {PrioritizerKind::sysfs, "sysfs"},
    {PrioritizerKind::rdac, "rdac"},
    {PrioritizerKind::emc, "emc"},
    {PrioritizerKind::hp_sw, "hp_sw"},
    {PrioritizerKind::ontap, "ontap"},
    {PrioritizerKind::ontap, "netapp"},
    {PrioritizerKind::hds, "hds"},
    {PrioritizerKind::alua, "hp_alua"},
    {PrioritizerKind::weightedpath, "weightedpath"},
    {PrioritizerKind::weightedpath, "weighted"},
    {PrioritizerKind::path_latency, "path_latency"},
    {PrioritizerKind::random, "random"},
    {PrioritizerKind::datacore, "datacore"},
    {PrioritizerKind::iet, "iet"},
    {PrioritizerKind::ana, "ana"},
});
std::string to_string(PrioritizerKind kind);

enum class CheckerKind : std::uint8_t {
  tur,
  readsector0,
  directio,
  rdac,
  emc_clariion,
  hp_sw,
  none,
};
inline constexpr auto checker_names = names_of<CheckerKind>({
    {CheckerKind::tur, "tur"},
    {CheckerKind::readsector0, "readsector0"},
    {CheckerKind::directio, "directio"},
    {CheckerKind::rdac, "rdac"},
    {CheckerKind::emc_clariion, "emc_clariion"},
    {CheckerKind::hp_sw, "hp_sw"},
    {CheckerKind::tur, "cciss_tur"},
    {CheckerKind::none, "none"},
});
std::string to_string(CheckerKind kind);

/// A time of the transport in sysfs.
struct TransportTimeout {
  enum class Kind : std::uint8_t { off, seconds, infinity };
  Kind kind = Kind::seconds;
  std::uint32_t seconds = 0;

  auto operator<=>(const TransportTimeout&) const = default;
};
/// As sysfs takes it: "off", "infinity" or a number.
std::string to_string(const TransportTimeout& timeout);

/// "service-time 0"
struct PathSelector {
  std::string name = "service-time";
  std::vector<std::string> arguments;

  auto operator<=>(const PathSelector&) const = default;
};

/// The path or unit whose settings are wanted. Vendor, product and revision as in INQUIRY, without
/// trailing blanks; wwid and protocol ("scsi:fcp") are empty when they are not known.
struct Subject {
  std::string vendor;
  std::string product;
  std::string revision;
  std::string protocol;
  std::string wwid;
  /// The WWID of the unit by this program's rule, where its map has another WWID: a multipath
  /// section with either applies.
  std::string own_wwid = {};

  auto operator<=>(const Subject&) const = default;
};
/// The path's hardware, whatever unit it is of.
Subject hardware_of(const Path& path, const std::string& protocol = "");
/// The same with the WWIDs of the path's unit.
Subject subject_of(const Path& path, const std::string& protocol);

/// Settings of one path.
struct DeviceSettings {
  Setting<bool> detect_prio;
  Setting<PrioritizerKind> prioritizer;
  Setting<std::string> prioritizer_arguments;
  Setting<bool> detect_checker;
  Setting<CheckerKind> checker;
  Setting<std::optional<TransportTimeout>> fast_io_fail_tmo;
  Setting<std::optional<TransportTimeout>> dev_loss_tmo;
  Setting<std::optional<TransportTimeout>> eh_deadline;
  Setting<std::optional<std::uint32_t>> max_sectors_kb;
  Setting<std::string> uid_attribute;
  Setting<bool> recheck_wwid;
};

/// Settings of the map of one unit.
struct UnitSettings {
  Setting<PathGroupingPolicy> policy;
  Setting<bool> detect_policy;
  Setting<bool> detect_policy_use_tpg;
  Setting<PathSelector> selector;
  Setting<std::vector<std::string>> features;
  Setting<std::vector<std::string>> hardware_handler;
  Setting<std::optional<NoPathRetry>> no_path_retry;  ///< nothing: the features decide
  Setting<Failback> failback;
  Setting<std::uint32_t> min_io;    ///< rr_min_io_rq: a path's repeat count
  Setting<bool> weigh_by_priority;  ///< rr_weight priorities
  Setting<std::optional<std::string>> alias;
  Setting<bool> user_friendly_names;
  Setting<std::string> alias_prefix;
  Setting<bool> skip_kpartx;
  Setting<std::optional<std::uint32_t>> mode;  ///< of the node, as in chmod(2)
  Setting<std::string> user;                   ///< name or number; "" for none
  Setting<std::string> group;
};

/// The features in the table of a map: those of the setting, and queue_if_no_path where
/// no_path_retry queues for some time or for ever.
std::vector<std::string> kernel_features(const UnitSettings& settings);

/// Settings of the whole run.
struct GlobalSettings {
  Setting<std::uint32_t> verbosity;
  Setting<FindMultipaths> find_multipaths;
  Setting<Whitelist> whitelist;
  Setting<std::int32_t> find_multipaths_timeout;  ///< seconds; below 0: only for listed hardware
  Setting<std::optional<std::uint32_t>> checker_timeout;  ///< seconds
  Setting<bool> allow_usb_devices;
  Setting<std::optional<std::string>> partition_delimiter;
  Setting<std::uint32_t> remove_retries;
  Setting<AutoResize> auto_resize;
  Setting<std::uint32_t> polling_interval;      ///< seconds
  Setting<std::uint32_t> max_polling_interval;  ///< seconds
  Setting<std::string> bindings_file;
  Setting<std::string> wwids_file;
};

}  // namespace multipath
