#include "multipath/discovery/identify.h"

#include <algorithm>
#include <map>
#include <memory>
#include <system_error>

#include <fmt/format.h>

#include "multipath/config/conf_lines.h"
#include "multipath/discovery/ask_in_parallel.h"
#include "multipath/discovery/asymmetric_access.h"
#include "multipath/discovery/kernel_disk.h"
#include "multipath/discovery/scsi_probe.h"
#include "multipath/discovery/wwid_rule.h"

namespace multipath {
namespace {

using scsi::ByteView;

/// "host3", when its error handler is at work: a command for it would not be taken before that
/// ends.
std::set<std::uint32_t> hosts_in_recovery(const SysTree& sys, const std::vector<Disk>& disks) {
  std::map<std::uint32_t, bool> known;
  std::set<std::uint32_t> result;
  for (const Disk& disk : disks) {
    const std::uint32_t host = disk.path.address.host;
    if (disk.path.bus() != Bus::scsi) continue;
    if (known.contains(host)) continue;
    const auto state = read_attribute(sys, fmt::format("class/scsi_host/host{}/state", host));
    known[host] = state && state->find("recovery") != std::string::npos;
    if (known[host]) result.insert(host);
  }
  return result;
}

/// Nothing when the device may be asked.
std::string reason_not_to_ask(const Disk& disk, const std::set<std::uint32_t>& in_recovery) {
  if (!takes_io(disk.path.state)) {
    return trouble_of_state(disk.path);
  }
  if (in_recovery.contains(disk.path.address.host)) {
    return fmt::format("host{} is in error recovery", disk.path.address.host);
  }
  return "";
}

Decision found_decision(const Disk& disk) {
  const Path& path = disk.path;
  return passed("found",
                fmt::format("SCSI disk {} ({}) of {} sectors, {} in the kernel, asked "
                            "through {}: /sys/{}",
                            to_string(path.address), to_string(path.number), path.size_sectors,
                            to_string(path.state), node_to_ask(path), disk.sysfs));
}

/// A disk on USB is seldom an array's, and two bridges of one make give their disks one identity.
std::optional<std::string> refusal_of_usb(const Configuration& configuration, Disk& disk) {
  if (!is_on_usb(disk.sysfs)) return std::nullopt;
  const Setting<bool> allowed = configuration.globals().allow_usb_devices;
  const std::string origin = to_string(allowed.origin);
  if (allowed.value) {
    disk.trace.record(
        [&] { return passed("usb", "on USB, and allow_usb_devices is yes", origin); });
    return std::nullopt;
  }
  disk.trace.record([&] {
    return stopped("usb", "on USB, and allow_usb_devices is no",
                   {"set allow_usb_devices yes in section defaults"}, origin);
  });
  return fmt::format("on USB, and allow_usb_devices is no ({})", origin);
}

/// Why a disk is never a path, by what the host knows of it.
std::optional<std::string> reason_to_exclude(const Configuration& configuration, Disk& disk) {
  if (auto usb = refusal_of_usb(configuration, disk)) return usb;
  const auto refused = refusal_before_asking(configuration.blacklist(), disk);
  return refused ? std::optional(to_string(*refused)) : std::nullopt;
}

ByteView as_bytes(const std::string& text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

/// The identity that the kernel read when it found the disk. The reason why the device was not
/// asked stays.
void recall_pages(const SysTree& sys, SharedHardwareTable& hardware,
                  const DiscoveryOptions& discovery_options, Disk& disk) {
  const auto cached = sys.read(disk.sysfs + "/device/inquiry");
  if (!cached) return;
  const auto inquiry = scsi::decode_standard_inquiry(as_bytes(*cached));
  if (!inquiry) return;
  take_inquiry(*inquiry, disk.path);
  disk.trace.record([&] { return inquiry_decision(*inquiry); });
  if (const auto refused = refusal_of_device(hardware, discovery_options, *inquiry, disk.trace))
    return exclude(*refused, disk.path);
  const auto identification = identification_of(hardware, *inquiry, discovery_options, disk.trace);
  if (!identification || identification->identification == Identification::page_80) return;
  const auto page = sys.read(disk.sysfs + "/device/vpd_pg83");
  if (!page) return;
  const auto decoded = scsi::decode_device_identification(as_bytes(*page));
  if (!decoded) return;
  set_port_group(disk.path, port_group_of(*decoded));
  WwidChoice choice = choose_wwid(*decoded, identification->identification);
  disk.path.recognition = recognition_of(as_bytes(*page), {inquiry->vendor, inquiry->product},
                                         choice, identification->listed);
  disk.trace.record([&] {
    return identity_decision(choice, "page 0x83 that the kernel read when it found the disk");
  });
  if (!choice.wwid) return;
  record_other_names(as_bytes(*page), {inquiry->vendor, inquiry->product}, *choice.wwid,
                     disk.trace);
  if (const auto refused = refusal_of_wwid(discovery_options, *choice.wwid, disk.trace))
    exclude(*refused, disk.path);
  disk.path.wwid = std::move(*choice.wwid);
  disk.path.identity_source = IdentitySource::kernel_cache;
}

}  // namespace

std::string trouble_of_state(const Path& path) {
  const std::string text = fmt::format("its kernel state is {}", to_string(path.state));
  switch (path.state) {
    case DeviceState::offline:
      return text + fmt::format(
                        "; once the fault is repaired, run `echo running > "
                        "/sys/block/{}/device/state`",
                        path.kname);
    case DeviceState::transport_offline:
      return text + "; check the cabling, the zoning or the network, and the target port";
    case DeviceState::connecting:
    case DeviceState::resetting:
      return text + "; check the network and the target if this lasts";
    default:
      return text;
  }
}

const char* usual_property(Bus bus) {
  switch (bus) {
    case Bus::scsi:
      break;
    case Bus::nvme:
      return "ID_WWN";
    case Bus::ccw:
      return "ID_UID";
  }
  return "ID_SERIAL";
}

std::optional<Verdict> refusal_before_asking(const Blacklist& blacklist, Disk& disk) {
  const auto exception = [](const Verdict& verdict) {
    return "add to /etc/multipath.conf:\n" + exception_lines(verdict.kind, verdict.subject);
  };
  if (disk.properties) {
    const std::string uid_attribute = usual_property(disk.path.bus());
    // The first property that a rule matches decides, so that the exception has to name it.
    const auto for_property = [&](const Verdict& verdict) {
      const std::string& name = verdict.rule.empty() ? uid_attribute : verdict.subject;
      return "add to /etc/multipath.conf:\n" + exception_lines(RuleKind::property, name);
    };
    auto refused = refusal(disk.trace, for_property, [&](RuleTrials* tried) {
      return blacklist.judge_properties(*disk.properties, uid_attribute, tried);
    });
    if (refused) return refused;
  }
  auto refused = refusal(disk.trace, exception, [&](RuleTrials* tried) {
    return blacklist.judge_devnode(disk.path.kname, tried);
  });
  if (refused || disk.protocol.empty()) return refused;
  return refusal(disk.trace, exception,
                 [&](RuleTrials* tried) { return blacklist.judge_protocol(disk.protocol, tried); });
}

void recall_identity(const SysTree& sys, SharedHardwareTable& hardware,
                     const DiscoveryOptions& discovery_options, Disk& disk) {
  if (auto refused = reason_to_exclude(discovery_options.configuration, disk)) {
    disk.path.trouble = std::move(*refused);
    disk.path.excluded = true;
    return;
  }
  if (disk.path.bus() != Bus::scsi)
    return recall_kernel_identity(sys, hardware, discovery_options, disk);
  recall_pages(sys, hardware, discovery_options, disk);
  if (!disk.path.wwid && disk.path.trouble.empty())
    disk.path.trouble = "the kernel has no usable identity for it";
}

void recall_inquiry(const SysTree& sys, Disk& disk) {
  if (disk.path.bus() != Bus::scsi) return recall_kernel_hardware(sys, disk);
  const auto cached = sys.read(disk.sysfs + "/device/inquiry");
  if (!cached) return;
  if (const auto inquiry = scsi::decode_standard_inquiry(as_bytes(*cached)))
    take_inquiry(*inquiry, disk.path);
}

std::chrono::milliseconds device_deadline(const Configuration& configuration) {
  constexpr std::uint32_t unset = 5;
  const auto configured = configuration.globals().checker_timeout.value.value_or(0);
  return std::chrono::seconds(configured == 0 ? unset : configured);
}

std::chrono::milliseconds deadline_of(const DiscoveryOptions& discovery_options) {
  return discovery_options.deadline.value_or(device_deadline(discovery_options.configuration));
}

namespace {

/// Reads what the grouping policy of the unit needs.
void find_grouping_facts(const SysTree& sys, const DiscoveryOptions& discovery_options,
                         Disk& disk) {
  Path& path = disk.path;
  if (!path.wwid) return;
  const auto policy = discovery_options.policy.value_or(
      discovery_options.configuration.settings_for_unit(subject_of(path, disk.protocol))
          .policy.value);
  if (policy == PathGroupingPolicy::group_by_serial) path.serial = cached_serial(sys, disk.sysfs);
  if (policy == PathGroupingPolicy::group_by_node_name)
    path.target_node_name = find_target_node(sys, path.address, disk.sysfs).name;
}

/// The disks to ask, by index, and what sysfs knows of each.
struct AskedDisks {
  std::vector<std::size_t> which;
  std::vector<KnownPath> known;
};

/// A disk that is not asked gets the reason.
bool is_to_be_asked(const DiscoveryOptions& discovery_options,
                    const std::set<std::uint32_t>& in_recovery, Disk& disk) {
  disk.trace = DecisionTrace(discovery_options.tracing);
  disk.trace.record([&] { return found_decision(disk); });
  if (auto refused = reason_to_exclude(discovery_options.configuration, disk)) {
    disk.path.trouble = std::move(*refused);
    disk.path.excluded = true;
    return false;
  }
  disk.path.trouble = reason_not_to_ask(disk, in_recovery);
  if (disk.path.trouble.empty()) return true;
  disk.path.checker_state = CheckerState::faulty;
  disk.trace.record([&] { return noted("not asked", disk.path.trouble); });
  return false;
}

AskedDisks disks_to_ask(const SysTree& sys, const DiscoveryOptions& discovery_options,
                        std::vector<Disk>& disks) {
  const auto in_recovery = hosts_in_recovery(sys, disks);
  const WeightFacts weight_facts = weight_facts_for(discovery_options.configuration);
  AskedDisks asked;
  for (std::size_t index = 0; index < disks.size(); ++index) {
    Disk& disk = disks[index];
    if (disk.path.bus() != Bus::scsi || !is_to_be_asked(discovery_options, in_recovery, disk))
      continue;
    asked.which.push_back(index);
    asked.known.push_back(know_path(sys, disk, weight_facts));
  }
  return asked;
}

void take_no_answer(const DiscoveryOptions& discovery_options, Disk& disk) {
  disk.path.trouble = fmt::format(
      "no answer within {} s", static_cast<double>(deadline_of(discovery_options).count()) / 1000);
  disk.path.checker_state = CheckerState::faulty;
  disk.trace.record([&] { return noted("not answered", disk.path.trouble); });
}

}  // namespace

void identify(const SysTree& sys, scsi::Transport& transport,
              std::span<const HardwareEntry> hardware, const DiscoveryOptions& discovery_options,
              std::vector<Disk>& disks) {
  const auto table = std::make_shared<SharedHardwareTable>(hardware);
  AskedDisks asked = disks_to_ask(sys, discovery_options, disks);
  if (!asked.which.empty()) transport.prepare();
  const auto answered = ask_in_place<Disk>(
      disks, asked.which,
      [&transport, table, discovery_options, known = std::move(asked.known)](Disk& disk,
                                                                             std::size_t query) {
        probe_scsi_disk(transport, disk, known[query], *table, discovery_options);
      },
      deadline_of(discovery_options));
  for (std::size_t query = 0; query < asked.which.size(); ++query)
    if (!answered[query]) take_no_answer(discovery_options, disks[asked.which[query]]);
  for (Disk& disk : disks) {
    if (disk.path.bus() != Bus::scsi) continue;
    const bool is_silent = !disk.path.answered && !disk.path.excluded;
    if (is_silent) recall_pages(sys, *table, discovery_options, disk);
    if (is_silent || disk.path.answered) find_grouping_facts(sys, discovery_options, disk);
  }
}

}  // namespace multipath
