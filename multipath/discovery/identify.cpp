#include "multipath/discovery/identify.h"

#include <algorithm>
#include <map>
#include <system_error>

#include <fmt/format.h>

#include "multipath/discovery/ask_in_parallel.h"
#include "multipath/discovery/wwid_rule.h"

namespace multipath {
namespace {

using scsi::ByteVector;
using scsi::ByteView;
using std::chrono::milliseconds;

/// What one device said, by value: the thread that asked may outlive everybody who waits.
struct Said {
  bool answered = false;
  std::optional<scsi::StandardInquiry> inquiry;
  std::optional<Wwid> wwid;
  IdentitySource source = IdentitySource::none;
  CheckerState checker_state = CheckerState::undef;
  std::optional<int> priority;
  bool excluded = false;
  std::string trouble;
};

/// Why a device is not identified; `excluded` when it never will be.
struct Refusal {
  std::string reason;
  bool excluded = false;
};

/// Of a path that has no target port groups to tell it apart.
constexpr int constant_priority = 1;

/// Peripheral device types that are disks for dm: direct access, and zoned (SPC-5 table 147).
bool is_disk(std::uint8_t peripheral_type) {
  return peripheral_type == 0x00 || peripheral_type == 0x14;
}

std::string unlisted_text(const std::string& vendor, const std::string& product) {
  return fmt::format(
      "vendor '{}' product '{}' is not in the hardware table, so how it identifies its units is "
      "not known; "
      "--allow-unlisted admits it by page 0x83",
      vendor, product);
}

/// How hardware is identified, or the reason why it is not.
tl::expected<Identification, Refusal> identification_of(SharedHardwareTable& hardware,
                                                        const scsi::StandardInquiry& inquiry,
                                                        Unlisted unlisted) {
  if (inquiry.peripheral_qualifier != 0) {
    return tl::unexpected(
        Refusal{fmt::format("no logical unit is connected here (peripheral qualifier {})",
                            inquiry.peripheral_qualifier),
                true});
  }
  if (!is_disk(inquiry.peripheral_type)) {
    return tl::unexpected(
        Refusal{fmt::format("peripheral type 0x{:02x} is no disk", inquiry.peripheral_type), true});
  }
  const HardwareEntry* entry = hardware.find(inquiry.vendor, inquiry.product);
  if (entry == nullptr) {
    if (unlisted == Unlisted::allow) return Identification::page_83;
    return tl::unexpected(Refusal{unlisted_text(inquiry.vendor, inquiry.product), false});
  }
  if (entry->identification == Identification::never) {
    return tl::unexpected(
        Refusal{fmt::format("vendor '{}' product '{}' is a local disk, a controller or a gateway "
                            "unit by the hardware table: never a path",
                            inquiry.vendor, inquiry.product),
                true});
  }
  return entry->identification;
}

CheckerState checker_state_of(const scsi::Response& response) {
  if (response.usable() || response.status == scsi::Status::reservation_conflict) {
    return response.delivery == scsi::Delivery::answered ? CheckerState::ready
                                                         : CheckerState::faulty;
  }
  const auto sense = scsi::decode_sense(response.sense);
  if (response.delivery != scsi::Delivery::answered || !sense) return CheckerState::faulty;
  if (sense->key == scsi::SenseKey::not_ready && sense->asc == 0x04) {
    if (sense->ascq == 0x0b) return CheckerState::ghost;    // target port in standby state
    if (sense->ascq == 0x0a) return CheckerState::pending;  // asymmetric access state transition
  }
  if (sense->key == scsi::SenseKey::illegal_request && sense->asc == 0x25)
    return CheckerState::disconnected;
  return CheckerState::faulty;
}

/// The target port group of the port that page 0x83 came through.
std::optional<std::uint16_t> port_group_of(const scsi::DeviceIdentification& page) {
  for (const scsi::Designator& designator : page.designators) {
    if (designator.type == scsi::DesignatorType::target_port_group &&
        designator.association == scsi::Association::target_port && designator.bytes.size() == 4) {
      return static_cast<std::uint16_t>(designator.bytes[2] << 8 | designator.bytes[3]);
    }
  }
  return std::nullopt;
}

std::optional<int> ask_priority(scsi::LogicalUnit& unit, const scsi::DeviceIdentification& page,
                                milliseconds limit) {
  const auto group_id = port_group_of(page);
  if (!group_id) return std::nullopt;
  const auto groups = scsi::ask_target_port_groups(unit, limit);
  if (!groups) return std::nullopt;
  const auto group = std::ranges::find(*groups, *group_id, &scsi::TargetPortGroup::id);
  if (group == groups->end()) return std::nullopt;
  return alua_priority(group->state, group->preferred);
}

/// A page that did not come. Only a device that knows no such page has answered: one that broke
/// down between INQUIRY and the page is as silent as a dead one, or a path that just failed would
/// fall out of its map for having no identity.
void take_missing_page(const char* page, const scsi::NoAnswer& no_answer, Said& said) {
  said.trouble = fmt::format("page {}: {}", page, to_string(no_answer));
  const scsi::Response& response = no_answer.response;
  const auto sense = scsi::decode_sense(response.sense);
  const bool is_an_answer =
      no_answer.malformed || (response.delivery == scsi::Delivery::answered && sense &&
                              sense->key == scsi::SenseKey::illegal_request);
  if (is_an_answer) return;
  said.answered = false;
  said.checker_state = CheckerState::faulty;
}

bool asks_state(const Questions& questions, const Said& said) {
  return said.wwid || questions.state_of == StateOf::all;
}

/// The identity that page 0x83 gives, and with it the priority.
void ask_page_83(scsi::LogicalUnit& unit, Identification identification, const Questions& questions,
                 Said& said) {
  const auto page = scsi::ask_device_identification(unit, questions.deadline);
  if (!page) return take_missing_page("0x83", page.error(), said);
  auto wwid = wwid_of(*page, identification);
  if (wwid) {
    said.wwid = std::move(*wwid);
    said.source = IdentitySource::page_83;
  } else {
    said.trouble = wwid.error();
  }
  if (said.inquiry->tpgs != scsi::Tpgs::none && asks_state(questions, said))
    said.priority = ask_priority(unit, *page, questions.deadline);
}

void ask_page_80(scsi::LogicalUnit& unit, milliseconds limit, Said& said) {
  const auto serial = scsi::ask_unit_serial_number(unit, limit);
  if (!serial) return take_missing_page("0x80", serial.error(), said);
  auto wwid = wwid_of_serial_number(said.inquiry->vendor, said.inquiry->product, *serial);
  if (!wwid) {
    said.trouble = wwid.error();
    return;
  }
  said.wwid = std::move(*wwid);
  said.source = IdentitySource::page_80;
}

/// What the blacklist says of a device's vendor and product, and of its identity.
std::optional<Verdict> refusal_of(const Verdict& verdict) {
  return verdict.decision == Verdict::Decision::blacklisted ? std::optional(verdict) : std::nullopt;
}

Said interview(scsi::LogicalUnit& unit, SharedHardwareTable& hardware, const Questions& questions) {
  const milliseconds limit = questions.deadline;
  Said said;
  auto inquiry = scsi::ask_standard_inquiry(unit, limit);
  if (!inquiry) {
    said.checker_state = CheckerState::faulty;
    said.trouble = "INQUIRY: " + to_string(inquiry.error());
    return said;
  }
  said.inquiry = std::move(*inquiry);
  said.answered = true;
  const Blacklist& blacklist = questions.configuration.blacklist();
  const auto identification = identification_of(hardware, *said.inquiry, questions.unlisted);
  if (const auto refusal =
          refusal_of(blacklist.judge_device(said.inquiry->vendor, said.inquiry->product))) {
    said.trouble = to_string(*refusal);
    said.excluded = true;
  } else if (!identification) {
    said.trouble = identification.error().reason;
    said.excluded = identification.error().excluded;
  } else if (*identification == Identification::page_80) {
    ask_page_80(unit, limit, said);
  } else {
    ask_page_83(unit, *identification, questions, said);
  }
  if (said.wwid) {
    if (const auto refusal = refusal_of(blacklist.judge_wwid(said.wwid->text()))) {
      said.trouble = to_string(*refusal);
      said.excluded = true;
    }
  }
  if (said.answered && asks_state(questions, said)) {
    if (!said.priority) said.priority = constant_priority;
    said.checker_state =
        checker_state_of(scsi::execute_past_unit_attention(unit, scsi::test_unit_ready(limit)));
  }
  return said;
}

Said ask_disk(scsi::Transport& transport, const std::string& node, SharedHardwareTable& hardware,
              const Questions& questions) {
  try {
    const auto unit = transport.open(node);
    return interview(*unit, hardware, questions);
  } catch (const std::exception& error) {
    Said said;
    said.checker_state = CheckerState::faulty;
    said.trouble = error.what();
    return said;
  }
}

/// "host3", when its error handler is at work: a command for it would not be taken before that
/// ends.
std::set<std::uint32_t> hosts_in_recovery(const SysTree& sys, const std::vector<ScsiDisk>& disks) {
  std::map<std::uint32_t, bool> known;
  std::set<std::uint32_t> result;
  for (const ScsiDisk& disk : disks) {
    const std::uint32_t host = disk.path.address.host;
    if (known.contains(host)) continue;
    const auto state = read_attribute(sys, fmt::format("class/scsi_host/host{}/state", host));
    known[host] = state && state->find("recovery") != std::string::npos;
    if (known[host]) result.insert(host);
  }
  return result;
}

/// Nothing when the device may be asked.
std::string reason_not_to_ask(const ScsiDisk& disk, const std::set<std::uint32_t>& in_recovery) {
  if (disk.path.state != DeviceState::running) {
    return fmt::format("the kernel has it {}", to_string(disk.path.state));
  }
  if (in_recovery.contains(disk.path.address.host)) {
    return fmt::format("host{} is in error recovery", disk.path.address.host);
  }
  return "";
}

/// What the blacklist says of a disk by what the host knows of it.
std::optional<Verdict> refusal_before_asking(const ScsiDisk& disk, const Blacklist& blacklist) {
  if (disk.properties) {
    constexpr std::string_view uid_attribute = "ID_SERIAL";
    auto refusal = refusal_of(blacklist.judge_properties(*disk.properties, uid_attribute));
    if (refusal) return refusal;
  }
  if (auto refusal = refusal_of(blacklist.judge_devnode(disk.path.kname))) return refusal;
  if (disk.protocol.empty()) return std::nullopt;
  return refusal_of(blacklist.judge_protocol(disk.protocol));
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
void recall_pages(const SysTree& sys, SharedHardwareTable& hardware, const Questions& questions,
                  ScsiDisk& disk) {
  const Blacklist& blacklist = questions.configuration.blacklist();
  const auto cached = sys.read(disk.sysfs + "/device/inquiry");
  if (!cached) return;
  const auto inquiry = scsi::decode_standard_inquiry(as_bytes(*cached));
  if (!inquiry) return;
  take_inquiry(*inquiry, disk.path);
  if (const auto refusal = refusal_of(blacklist.judge_device(inquiry->vendor, inquiry->product))) {
    disk.path.trouble = to_string(*refusal);
    disk.path.excluded = true;
    return;
  }
  const auto identification = identification_of(hardware, *inquiry, questions.unlisted);
  if (!identification || *identification == Identification::page_80) return;
  const auto page = sys.read(disk.sysfs + "/device/vpd_pg83");
  if (!page) return;
  const auto decoded = scsi::decode_device_identification(as_bytes(*page));
  if (!decoded) return;
  auto wwid = wwid_of(*decoded, *identification);
  if (!wwid) return;
  if (const auto refusal = refusal_of(blacklist.judge_wwid(wwid->text()))) {
    disk.path.trouble = to_string(*refusal);
    disk.path.excluded = true;
  }
  disk.path.wwid = std::move(*wwid);
  disk.path.identity_source = IdentitySource::kernel_cache;
}

}  // namespace

void recall_identity(const SysTree& sys, SharedHardwareTable& hardware, const Questions& questions,
                     ScsiDisk& disk) {
  if (const auto refusal = refusal_before_asking(disk, questions.configuration.blacklist())) {
    disk.path.trouble = to_string(*refusal);
    disk.path.excluded = true;
    return;
  }
  recall_pages(sys, hardware, questions, disk);
  if (!disk.path.wwid && disk.path.trouble.empty())
    disk.path.trouble = "the kernel has no identity of it that can be used";
}

int alua_priority(scsi::AccessState state, bool preferred) {
  using scsi::AccessState;
  constexpr int preferred_bonus = 80;
  const auto base = [&] {
    switch (state) {
      case AccessState::active_optimized:
        return 50;
      case AccessState::active_non_optimized:
        return 10;
      case AccessState::lba_dependent:
        return 5;
      case AccessState::standby:
        return 1;
      default:
        return 0;
    }
  }();
  return base + (preferred && state != AccessState::active_optimized ? preferred_bonus : 0);
}

void recall_inquiry(const SysTree& sys, ScsiDisk& disk) {
  const auto cached = sys.read(disk.sysfs + "/device/inquiry");
  if (!cached) return;
  if (const auto inquiry = scsi::decode_standard_inquiry(as_bytes(*cached)))
    take_inquiry(*inquiry, disk.path);
}

void identify(const SysTree& sys, scsi::Transport& transport,
              std::span<const HardwareEntry> hardware, const Questions& questions,
              std::vector<ScsiDisk>& disks) {
  const auto table = std::make_shared<SharedHardwareTable>(hardware);
  const auto in_recovery = hosts_in_recovery(sys, disks);
  std::vector<std::size_t> asked;
  std::vector<std::string> nodes;
  for (std::size_t index = 0; index < disks.size(); ++index) {
    ScsiDisk& disk = disks[index];
    if (const auto refusal = refusal_before_asking(disk, questions.configuration.blacklist())) {
      disk.path.trouble = to_string(*refusal);
      disk.path.excluded = true;
      continue;
    }
    disk.path.trouble = reason_not_to_ask(disk, in_recovery);
    if (!disk.path.trouble.empty()) {
      disk.path.checker_state = CheckerState::faulty;
      continue;
    }
    asked.push_back(index);
    nodes.push_back(disk.path.sg_node.value_or(disk.path.kname));
  }

  if (!asked.empty()) transport.prepare();
  const auto answers = ask_in_parallel<Said>(
      asked.size(),
      [&transport, nodes = std::move(nodes), table, questions](std::size_t index) {
        return ask_disk(transport, nodes[index], *table, questions);
      },
      questions.deadline);

  for (std::size_t index = 0; index < asked.size(); ++index) {
    Path& path = disks[asked[index]].path;
    if (!answers[index]) {
      path.trouble = fmt::format("no answer within {} s",
                                 static_cast<double>(questions.deadline.count()) / 1000);
      path.checker_state = CheckerState::faulty;
      continue;
    }
    const Said& said = *answers[index];
    path.answered = said.answered;
    if (said.inquiry) take_inquiry(*said.inquiry, path);
    path.wwid = said.wwid;
    path.identity_source = said.source;
    path.checker_state = said.checker_state;
    path.priority = said.priority;
    path.excluded = said.excluded;
    path.trouble = said.trouble;
  }
  for (ScsiDisk& disk : disks) {
    if (!disk.path.answered && !disk.path.excluded) recall_pages(sys, *table, questions, disk);
  }
}

}  // namespace multipath
