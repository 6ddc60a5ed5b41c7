#include "multipath/discovery/identify.h"

#include <algorithm>
#include <map>
#include <system_error>

#include <fmt/format.h>

#include "multipath/config/conf_grammar.h"
#include "multipath/discovery/ask_in_parallel.h"
#include "multipath/discovery/asymmetric_access.h"
#include "multipath/discovery/interview.h"
#include "multipath/discovery/kernel_disk.h"
#include "multipath/discovery/wwid_rule.h"

namespace multipath {
namespace {

using scsi::ByteView;

/// "host3", when its error handler is at work: a command for it would not be taken before that
/// ends.
std::set<std::uint32_t> hosts_in_recovery(const SysTree& sys, const std::vector<ScsiDisk>& disks) {
  std::map<std::uint32_t, bool> known;
  std::set<std::uint32_t> result;
  for (const ScsiDisk& disk : disks) {
    const std::uint32_t host = disk.path.address.host;
    if (disk.path.bus != Bus::scsi) continue;
    if (known.contains(host)) continue;
    const auto state = read_attribute(sys, fmt::format("class/scsi_host/host{}/state", host));
    known[host] = state && state->find("recovery") != std::string::npos;
    if (known[host]) result.insert(host);
  }
  return result;
}

/// Nothing when the device may be asked.
std::string reason_not_to_ask(const ScsiDisk& disk, const std::set<std::uint32_t>& in_recovery) {
  if (!takes_io(disk.path.state)) {
    return fmt::format("the kernel has it {}", to_string(disk.path.state));
  }
  if (in_recovery.contains(disk.path.address.host)) {
    return fmt::format("host{} is in error recovery", disk.path.address.host);
  }
  return "";
}

Decision enumerated_decision(const ScsiDisk& disk) {
  const Path& path = disk.path;
  return passed("found",
                fmt::format("SCSI disk {} ({}) of {} sectors, {} in the kernel, asked "
                            "through {}: /sys/{}",
                            to_string(path.address), to_string(path.number), path.size_sectors,
                            to_string(path.state), path.sg_node.value_or(path.kname), disk.sysfs));
}

/// A disk on USB is seldom an array's, and two bridges of one make give their disks one identity.
std::optional<std::string> refusal_of_usb(const Configuration& configuration, ScsiDisk& disk) {
  if (!is_on_usb(disk.sysfs)) return std::nullopt;
  const Setting<bool> allowed = configuration.globals().allow_usb_devices;
  const std::string origin = to_string(allowed.origin);
  if (allowed.value) {
    disk.trace.tell([&] { return passed("usb", "on USB, and allow_usb_devices is yes", origin); });
    return std::nullopt;
  }
  disk.trace.tell([&] {
    return stopped("usb", "on USB, and allow_usb_devices is no",
                   {"set allow_usb_devices yes in section defaults"}, origin);
  });
  return fmt::format("on USB, and allow_usb_devices is no ({})", origin);
}

/// Why a disk is never a path, by what the host knows of it.
std::optional<std::string> reason_to_exclude(const Configuration& configuration, ScsiDisk& disk) {
  if (auto usb = refusal_of_usb(configuration, disk)) return usb;
  const auto refused = refusal_before_asking(configuration.blacklist(), disk);
  return refused ? std::optional(to_string(*refused)) : std::nullopt;
}

ByteView as_bytes(const std::string& text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

void take_inquiry(const scsi::StandardInquiry& inquiry, Path& path) {
  path.peripheral_type = inquiry.peripheral_type;
  path.vendor = inquiry.vendor;
  path.product = inquiry.product;
  path.revision = inquiry.revision;
  path.tpgs = inquiry.tpgs;
}

/// The identity that the kernel read when it found the disk. The reason why the device was not
/// asked stays.
void recall_pages(const SysTree& sys, SharedHardwareTable& hardware,
                  const DiscoveryOptions& discovery_options, ScsiDisk& disk) {
  const auto cached = sys.read(disk.sysfs + "/device/inquiry");
  if (!cached) return;
  const auto inquiry = scsi::decode_standard_inquiry(as_bytes(*cached));
  if (!inquiry) return;
  take_inquiry(*inquiry, disk.path);
  disk.trace.tell([&] { return inquiry_decision(*inquiry); });
  if (const auto refused = refusal_of_device(discovery_options, *inquiry, disk.trace)) {
    disk.path.trouble = to_string(*refused);
    disk.path.excluded = true;
    return;
  }
  const auto identification = identification_of(hardware, *inquiry, discovery_options, disk.trace);
  if (!identification || identification->identification == Identification::page_80) return;
  const auto page = sys.read(disk.sysfs + "/device/vpd_pg83");
  if (!page) return;
  const auto decoded = scsi::decode_device_identification(as_bytes(*page));
  if (!decoded) return;
  disk.path.port_group = port_group_of(*decoded);
  WwidChoice choice = choose_wwid(*decoded, identification->identification);
  disk.path.recognition = recognition_of(as_bytes(*page), {inquiry->vendor, inquiry->product},
                                         choice, identification->listed);
  disk.trace.tell([&] {
    return identity_decision(choice, "page 0x83 that the kernel read when it found the disk");
  });
  if (!choice.wwid) return;
  tell_other_names(as_bytes(*page), {inquiry->vendor, inquiry->product}, *choice.wwid, disk.trace);
  if (const auto refused = refusal_of_wwid(discovery_options, *choice.wwid, disk.trace)) {
    disk.path.trouble = to_string(*refused);
    disk.path.excluded = true;
  }
  disk.path.wwid = std::move(*choice.wwid);
  disk.path.identity_source = IdentitySource::kernel_cache;
}

void take_answer(DeviceAnswers&& said, ScsiDisk& disk) {
  Path& path = disk.path;
  path.answered = said.answered;
  if (said.inquiry) take_inquiry(*said.inquiry, path);
  path.wwid = std::move(said.wwid);
  path.identity_source = said.source;
  path.recognition = said.recognition;
  path.checker_state = said.checker_state;
  path.priority = said.priority;
  path.rated_by_access_state = said.rated_by_access_state;
  path.port_group = said.port_group;
  path.excluded = said.excluded;
  path.trouble = std::move(said.trouble);
  disk.trace.append(std::move(said.trace));
}

}  // namespace

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

std::optional<Verdict> refusal_before_asking(const Blacklist& blacklist, ScsiDisk& disk) {
  const auto exact = [&](const char* kind, const std::string& value) {
    return disk.trace.wanted() ? kind + (" " + conf_quoted(exact_pattern(value))) : std::string();
  };
  if (disk.properties) {
    const std::string uid_attribute = usual_property(disk.path.bus);
    auto refused = refusal(disk.trace, exact("property", uid_attribute), [&](RuleTrials* tried) {
      return blacklist.judge_properties(*disk.properties, uid_attribute, tried);
    });
    if (refused) return refused;
  }
  auto refused = refusal(disk.trace, exact("devnode", disk.path.kname), [&](RuleTrials* tried) {
    return blacklist.judge_devnode(disk.path.kname, tried);
  });
  if (refused || disk.protocol.empty()) return refused;
  return refusal(disk.trace, exact("protocol", disk.protocol),
                 [&](RuleTrials* tried) { return blacklist.judge_protocol(disk.protocol, tried); });
}

void recall_identity(const SysTree& sys, SharedHardwareTable& hardware,
                     const DiscoveryOptions& discovery_options, ScsiDisk& disk) {
  if (auto refused = reason_to_exclude(discovery_options.configuration, disk)) {
    disk.path.trouble = std::move(*refused);
    disk.path.excluded = true;
    return;
  }
  if (disk.path.bus != Bus::scsi)
    return recall_kernel_identity(sys, hardware, discovery_options, disk);
  recall_pages(sys, hardware, discovery_options, disk);
  if (!disk.path.wwid && disk.path.trouble.empty())
    disk.path.trouble = "the kernel has no identity of it that can be used";
}

void recall_inquiry(const SysTree& sys, ScsiDisk& disk) {
  if (disk.path.bus != Bus::scsi) return recall_kernel_hardware(sys, disk);
  const auto cached = sys.read(disk.sysfs + "/device/inquiry");
  if (!cached) return;
  if (const auto inquiry = scsi::decode_standard_inquiry(as_bytes(*cached)))
    take_inquiry(*inquiry, disk.path);
}

std::chrono::milliseconds device_deadline(const Configuration& configuration) {
  constexpr std::uint32_t longest = 3600;
  const auto configured = configuration.globals().checker_timeout.value.value_or(0);
  if (configured == 0) return DiscoveryOptions{}.deadline;
  return std::chrono::seconds(std::min(configured, longest));
}

namespace {

/// Reads what the grouping policy of the unit needs.
void find_what_groups(const SysTree& sys, const DiscoveryOptions& discovery_options,
                      ScsiDisk& disk) {
  Path& path = disk.path;
  if (!path.wwid) return;
  const Subject subject = subject_of(path, disk.protocol);
  const auto policy = discovery_options.policy.value_or(
      discovery_options.configuration.settings_for_unit(subject).policy.value);
  if (policy == PathGroupingPolicy::group_by_serial) path.serial = cached_serial(sys, disk.sysfs);
  if (policy == PathGroupingPolicy::group_by_node_name)
    path.target_node_name = find_target_node(sys, path.address, disk.sysfs).name;
}

}  // namespace

void identify(const SysTree& sys, scsi::Transport& transport,
              std::span<const HardwareEntry> hardware, const DiscoveryOptions& discovery_options,
              std::vector<ScsiDisk>& disks) {
  const auto table = std::make_shared<SharedHardwareTable>(hardware);
  const auto in_recovery = hosts_in_recovery(sys, disks);
  std::vector<std::size_t> asked;
  struct Interviewee {
    std::string node;
    std::string protocol;
    KnownPath known;
  };
  std::vector<Interviewee> interviewees;
  asked.reserve(disks.size());
  interviewees.reserve(disks.size());
  const WeightFacts weight_facts = weight_facts_for(discovery_options.configuration);
  for (std::size_t index = 0; index < disks.size(); ++index) {
    ScsiDisk& disk = disks[index];
    if (disk.path.bus != Bus::scsi) continue;
    disk.trace = DecisionTrace(discovery_options.telling);
    disk.trace.tell([&] { return enumerated_decision(disk); });
    if (auto refused = reason_to_exclude(discovery_options.configuration, disk)) {
      disk.path.trouble = std::move(*refused);
      disk.path.excluded = true;
      continue;
    }
    disk.path.trouble = reason_not_to_ask(disk, in_recovery);
    if (!disk.path.trouble.empty()) {
      disk.path.checker_state = CheckerState::faulty;
      disk.trace.tell([&] { return noted("not asked", disk.path.trouble); });
      continue;
    }
    KnownPath known = know_path(sys, disk, weight_facts);
    asked.push_back(index);
    interviewees.push_back(
        {disk.path.sg_node.value_or(disk.path.kname), disk.protocol, std::move(known)});
  }

  if (!asked.empty()) transport.prepare();
  auto answers = ask_in_parallel<DeviceAnswers>(
      asked.size(),
      [&transport, interviewees = std::move(interviewees), table,
       discovery_options](std::size_t index) {
        const Interviewee& disk = interviewees[index];
        return ask_disk(transport, disk.node, *table, discovery_options, disk.protocol, disk.known);
      },
      discovery_options.deadline);

  for (std::size_t index = 0; index < asked.size(); ++index) {
    ScsiDisk& disk = disks[asked[index]];
    if (answers[index]) {
      take_answer(std::move(*answers[index]), disk);
      find_what_groups(sys, discovery_options, disk);
      continue;
    }
    disk.path.trouble = fmt::format("no answer within {} s",
                                    static_cast<double>(discovery_options.deadline.count()) / 1000);
    disk.path.checker_state = CheckerState::faulty;
    disk.trace.tell([&] { return noted("not answered", disk.path.trouble); });
  }
  for (ScsiDisk& disk : disks) {
    if (disk.path.bus != Bus::scsi || disk.path.answered || disk.path.excluded) continue;
    recall_pages(sys, *table, discovery_options, disk);
    find_what_groups(sys, discovery_options, disk);
  }
}

}  // namespace multipath
