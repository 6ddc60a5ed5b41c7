#include "multipath/command/verbs.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace multipath {
namespace {

/// Verbs that change maps.
constexpr Requirements changes_maps{.device_mapper = true, .root = true};

constexpr ArgumentCount none_or_one{0, 1};
constexpr ArgumentCount one{1, 1};
constexpr ArgumentCount two{2, 2};
constexpr ArgumentCount one_or_more{.least = 1};

// Only verbs that an administrator runs by hand, and that change maps by the configuration, stop at
// its errors: the boot and udev's events must go on, and a listing must show the host. Verbs that
// udev's rules and services run for each device do not print warnings, nor does diff, which reads
// two configurations.
constexpr std::array table{
    VerbRow{.name = "show",
            .summary = "list maps, paths or the configuration",
            .purpose = "Lists maps with their paths, or all SCSI paths of the host. `show config` "
                       "prints the configuration in force, `show metrics` prints metrics for "
                       "Prometheus, `show wildcards` lists the wildcards of --format.",
            .arguments = "maps|paths [DEVICE|MAP...] | config|metrics|wildcards",
            .count = one_or_more,
            .with_errors = WithErrors::last_good,
            .make = show_verb},
    VerbRow{.name = "plan",
            .summary = "show what apply would do to each map, and why",
            .purpose = "Shows what `multipath apply` would do to each map, and why. Changes "
                       "nothing.",
            .arguments = "[DEVICE|MAP|WWID...]",
            .with_errors = WithErrors::last_good,
            .make = plan_verb},
    VerbRow{.name = "explain",
            .summary = "explain why a disk, unit or map is multipathed or not",
            .purpose =
                "Explains why a disk, a logical unit or a map is multipathed or not: each decision "
                "with the fact and the configuration line that decided it, and what to "
                "change. Changes nothing.",
            .arguments = "DEVICE|MAP|WWID...",
            .count = one_or_more,
            .with_errors = WithErrors::last_good,
            .make = explain_verb},
    VerbRow{.name = "apply",
            .summary = "create, change and rename maps as planned",
            .purpose = "Creates, reloads, resizes and renames maps so that they match the paths of "
                       "the host.",
            .arguments = "[DEVICE|MAP|WWID...]",
            .requirements = changes_maps,
            .with_errors = WithErrors::stop,
            .make = apply_verb},
    VerbRow{.name = "flush",
            .summary = "remove unused maps",
            .purpose = "Removes maps and their partition maps. A map in use is left unchanged, and "
                       "its users are reported.",
            .arguments = "MAP...",
            .requirements = changes_maps,
            .with_errors = WithErrors::last_good,
            .make = flush_verb},
    VerbRow{.name = "rename",
            .summary = "rename a map",
            .purpose = "Renames a map and its partition maps.",
            .arguments = "MAP NAME",
            .count = two,
            .requirements = changes_maps,
            .with_errors = WithErrors::stop,
            .make = rename_verb},
    VerbRow{.name = "resize",
            .summary = "resize a map to the size of its paths",
            .purpose = "Resizes a map to the size of its paths, if all of them report the same "
                       "size.",
            .arguments = "MAP",
            .count = one,
            .requirements = changes_maps,
            .with_errors = WithErrors::stop,
            .make = resize_verb},
    VerbRow{.name = "switchgroup",
            .summary = "switch a map to another path group",
            .purpose = "Switches a map to another path group; 1 is the first group listed.",
            .arguments = "MAP GROUP",
            .count = two,
            .requirements = changes_maps,
            .with_errors = WithErrors::unread,
            .make = switchgroup_verb},
    VerbRow{.name = "fail",
            .summary = "mark a path as failed",
            .purpose = "Marks a path as failed in its map, until it is reinstated.",
            .arguments = "PATH",
            .count = one,
            .requirements = changes_maps,
            .with_errors = WithErrors::unread,
            .make = fail_verb},
    VerbRow{.name = "reinstate",
            .summary = "reinstate a failed path",
            .purpose = "Reinstates a failed path of a map.",
            .arguments = "PATH",
            .count = one,
            .requirements = changes_maps,
            .with_errors = WithErrors::unread,
            .make = reinstate_verb},
    VerbRow{.name = "partitions",
            .summary = "create the partition maps of a map",
            .purpose =
                "Creates, changes and removes the partition maps of a map so that they match "
                "its partition table.",
            .arguments = "MAP...",
            .count = one_or_more,
            .requirements = changes_maps,
            .with_errors = WithErrors::last_good,
            .warnings = PrintWarnings::no,
            .make = partitions_verb},
    VerbRow{.name = "restore",
            .summary = "reinstate failed paths that work again",
            .purpose = "Checks failed paths and reinstates those that work, in the groups that "
                       "their priorities require. With --watch, it also ends queueing after "
                       "no_path_retry checks without a usable path.",
            .arguments = "[MAP|PATH|WWID...]",
            .requirements = changes_maps,
            .with_errors = WithErrors::last_good,
            .warnings = PrintWarnings::no,
            .make = restore_verb},
    VerbRow{.name = "event",
            .summary = "handle a device that was added, changed or removed (udev)",
            .purpose =
                "Handles one device that was added, changed or removed, as `multipath apply` "
                "does for all devices. For udev's rules: one process at a time handles all "
                "queued devices, does not wait for udev, and queries no path of another "
                "unit.",
            .arguments = "add|change|remove MAJOR:MINOR",
            .count = two,
            .requirements = changes_maps,
            .with_errors = WithErrors::last_good,
            .warnings = PrintWarnings::no,
            .make = event_verb},
    VerbRow{.name = "queue",
            .summary = "queue or fail I/O when no path works",
            .purpose = "Queues (on) or fails (off) I/O while no path of a map works.",
            .arguments = "on|off [MAP]",
            .count = {1, 2},
            .requirements = changes_maps,
            .with_errors = WithErrors::unread,
            .make = queue_verb},
    VerbRow{.name = "holders",
            .summary = "show what uses devices",
            .purpose = "Shows everything that uses devices, directly or indirectly, as a tree. "
                       "Changes nothing.",
            .arguments = "DEVICE|MAP...",
            .count = one_or_more,
            .with_errors = WithErrors::unread,
            .make = holders_verb},
    VerbRow{.name = "clear-holders",
            .summary = "take down what uses devices, in order",
            .purpose = "Takes down everything that uses devices, topmost users first. Shows the "
                       "plan and asks for confirmation; if anything blocks the plan, nothing is "
                       "changed. Without --wipe, nothing is written to a disk.",
            .arguments = "DEVICE|MAP...",
            .with_errors = WithErrors::unread,
            .make = clear_holders_verb},
    VerbRow{.name = "capture",
            .summary = "record what the host reports, for replay elsewhere",
            .purpose = "Records what the host reports in the new directory DIR or the new archive "
                       "FILE.tar, so that `multipath --host DIR` (or FILE.tar) can be run "
                       "elsewhere. Changes nothing.",
            .arguments = "DIR|FILE.tar",
            .count = one,
            .with_errors = WithErrors::last_good,
            .make = capture_verb},
    VerbRow{.name = "diff",
            .summary = "compare two captures of a host",
            .purpose = "Reports what changed between two captures of a host: paths and their "
                       "states, maps, configuration. Prints nothing if nothing changed.",
            .arguments = "DIR1 DIR2",
            .count = two,
            .with_errors = WithErrors::last_good,
            .warnings = PrintWarnings::no,
            .make = diff_verb},
    VerbRow{.name = "udev-map",
            .summary = "print a map's properties for udev's rules",
            .purpose = "Prints, for IMPORT{program} in udev's rules, whether a multipath map (or "
                       "the map below a partition map) has a usable path, and the properties that "
                       "its symlinks are made from.",
            .arguments = "MAP|MAJOR:MINOR",
            .count = one,
            .with_errors = WithErrors::last_good,
            .warnings = PrintWarnings::no,
            .make = udev_map_verb},
    VerbRow{.name = "forget-pvs",
            .summary = "clear LVM's records of PVs on the paths of a map",
            .purpose = "Removes from /run/lvm what LVM's event activation recorded about the paths "
                       "of a map and about disks that are gone, so that LVM uses the map when it "
                       "appears. For udev's rules. Does nothing while a logical volume is active "
                       "on a path.",
            .arguments = "MAP|MAJOR:MINOR",
            .count = one,
            .with_errors = WithErrors::unread,
            .make = forget_pvs_verb},
    VerbRow{.name = "check-config",
            .summary = "check multipath.conf or another file",
            .purpose =
                "Checks FILE, or /etc/multipath.conf with /etc/multipath/conf.d, and reports "
                "every mistake as FILE:LINE:COLUMN, with what applies instead. Status 0: "
                "no errors; settings that a warning names are ignored. Status 1: errors.",
            .arguments = "[FILE]",
            .count = none_or_one,
            .with_errors = WithErrors::unread,
            .make = check_config_verb},
};

}  // namespace

std::span<const VerbRow> verbs() { return table; }

const VerbRow* find_verb(std::string_view name) {
  const auto* found =
      std::ranges::find_if(table, [&](const VerbRow& verb) { return name == verb.name; });
  return found == table.end() ? nullptr : found;
}

std::string verbs_help() {
  std::string text;
  for (const VerbRow& verb : table) text += fmt::format("  {:<20}  {}\n", verb.name, verb.summary);
  return text;
}

}  // namespace multipath
