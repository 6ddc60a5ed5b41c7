#include "multipath/discovery/scsi_probe.h"

#include <algorithm>

#include <fmt/format.h>

#include "libsg/ask.h"
#include "libsg/sense.h"
#include "libsg/vital_product_data.h"
#include "multipath/config/conf_lines.h"
#include "multipath/discovery/asymmetric_access.h"
#include "multipath/discovery/wwid_rule.h"

namespace multipath {
namespace {

using std::chrono::milliseconds;

/// Peripheral device types that are disks for dm: direct access, and zoned (SPC-5 table 147).
bool is_disk(std::uint8_t peripheral_type) {
  return peripheral_type == 0x00 || peripheral_type == 0x14;
}

MayBeRdac may_be_rdac(const Configuration& configuration, const HardwareEntry& row) {
  const bool is_built_in = configuration.origin_of_row(row).kind == Origin::Kind::hardware_table;
  const RowSettings::KeywordAndValue rdac{"path_checker", "rdac"};
  const bool sets_rdac = std::ranges::find(row.settings, rdac) != row.settings.end();
  return is_built_in && !sets_rdac ? MayBeRdac::no : MayBeRdac::yes;
}

tl::unexpected<Refusal> never(std::string reason) {
  return tl::unexpected(Refusal{std::move(reason), true});
}

Decision checker_decision(const Rating& rating) {
  const bool is_ready = rating.checked.state == CheckerState::ready;
  return noted(
      "checker",
      fmt::format("{} says {}{}{}", to_string(rating.checker.kind), to_string(rating.checked.state),
                  rating.checked.text.empty() ? "" : ": ", rating.checked.text) +
          (is_ready ? "" : "; a path that does not work is still a path"),
      rating.checker.text);
}

Decision priority_decision(const Rating& rating) {
  const std::string priority =
      rating.prioritized.priority ? std::to_string(*rating.prioritized.priority) : "no priority";
  return noted("priority",
               fmt::format("{} gives {}{}{}", to_string(rating.prioritizer.kind), priority,
                           rating.prioritized.text.empty() ? "" : ": ", rating.prioritized.text),
               rating.prioritizer.text);
}

/// The disk as a device has it that gave no answer.
void take_silence(std::string trouble, Disk& disk) {
  disk.path.answered = false;
  disk.path.checker_state = CheckerState::faulty;
  disk.path.trouble = std::move(trouble);
  disk.trace.record([&] { return noted("INQUIRY", disk.path.trouble); });
}

/// One disk and its unit. The steps are called in their order: inquire, identify, rate.
class Probe {
 public:
  Probe(scsi::LogicalUnit& unit, SharedHardwareTable& hardware, const DiscoveryOptions& options,
        Disk& disk)
      : unit_(unit),
        hardware_(hardware),
        options_(options),
        deadline_(deadline_of(options)),
        path_(disk.path),
        protocol_(disk.protocol),
        trace_(disk.trace) {}

  /// False when the device does not answer.
  bool inquire(Disk& disk) {
    auto inquiry = scsi::ask_standard_inquiry(unit_, deadline_);
    if (!inquiry) {
      take_silence("INQUIRY: " + to_string(inquiry.error()), disk);
      return false;
    }
    inquiry_ = std::move(*inquiry);
    take_inquiry(inquiry_, path_);
    path_.answered = true;
    trace_.record([&] { return inquiry_decision(inquiry_); });
    return true;
  }

  void identify() {
    if (const auto refusal = refusal_of_device(hardware_, options_, inquiry_, trace_))
      return exclude(*refusal, path_);
    const auto by = identification_of(hardware_, inquiry_, options_, trace_);
    if (!by) {
      path_.trouble = by.error().reason;
      path_.excluded = by.error().excluded;
      return;
    }
    may_be_rdac_ = by->may_be_rdac;
    if (by->identification == Identification::page_80) {
      ask_page_80();
    } else {
      ask_page_83(*by);
    }
    if (!path_.wwid) return;
    if (const auto refusal = refusal_of_wwid(options_, *path_.wwid, trace_))
      exclude(*refusal, path_);
  }

  void rate(const KnownPath& known) {
    if (!path_.answered || (!path_.wwid && options_.state_of != StateOf::all)) return;
    const DeviceSettings& settings =
        options_.configuration.settings_for_device(subject_of(path_, protocol_));
    const Rating rating =
        rate_path(unit_, settings, inquiry_, may_be_rdac_, page_83_, known, deadline_);
    path_.checker_state = rating.checked.state;
    if (path_.trouble.empty() && !works(path_.checker_state)) path_.trouble = rating.checked.text;
    path_.priority = rating.prioritized.priority;
    path_.rated_by_access_state = rating.prioritizer.kind == PrioritizerKind::alua ||
                                  rating.prioritizer.kind == PrioritizerKind::sysfs;
    if (page_83_) set_port_group(path_, port_group_of(*page_83_));
    trace_.record([&] { return checker_decision(rating); });
    trace_.record([&] { return priority_decision(rating); });
  }

 private:
  void ask_page_83(const HardwareIdentity& by) {
    const auto bytes = scsi::ask_vpd_page(
        unit_, static_cast<std::uint8_t>(scsi::VpdPage::device_identification), deadline_);
    if (!bytes) return take_missing_page("0x83", bytes.error());
    auto page = scsi::decode_device_identification(*bytes);
    if (!page) return take_missing_page("0x83", {{}, std::move(page.error())});
    const Maker maker{inquiry_.vendor, inquiry_.product};
    WwidChoice choice = choose_wwid(*page, by.identification);
    trace_.record([&] { return identity_decision(choice, "page 0x83 of the device"); });
    path_.recognition = recognition_of(*bytes, maker, choice, by.listed);
    if (choice.wwid) {
      path_.wwid = std::move(*choice.wwid);
      path_.identity_source = IdentitySource::page_83;
    } else {
      path_.trouble = choice.wwid.error();
    }
    record_other_names(*bytes, maker, path_.wwid, trace_);
    page_83_ = std::move(*page);
  }

  void ask_page_80() {
    const auto serial = scsi::ask_unit_serial_number(unit_, deadline_);
    if (!serial) return take_missing_page("0x80", serial.error());
    auto wwid = wwid_of_serial_number(inquiry_.vendor, inquiry_.product, *serial);
    trace_.record([&] { return serial_decision(wwid); });
    if (!wwid) {
      path_.trouble = wwid.error();
      return;
    }
    path_.wwid = std::move(*wwid);
    path_.identity_source = IdentitySource::page_80;
  }

  /// Only a device that knows no such page has answered. A device that broke down between INQUIRY
  /// and the page is as silent as a dead one, or a path that just failed would fall out of its map
  /// for having no identity.
  void take_missing_page(const char* page, const scsi::NoAnswer& no_answer) {
    path_.trouble = fmt::format("page {}: {}", page, to_string(no_answer));
    trace_.record([&] { return stopped("identity", path_.trouble); });
    if (is_an_answer(no_answer)) return;
    path_.answered = false;
    path_.checker_state = CheckerState::faulty;
  }

  scsi::LogicalUnit& unit_;
  SharedHardwareTable& hardware_;
  const DiscoveryOptions& options_;
  std::chrono::milliseconds deadline_;
  Path& path_;
  const std::string& protocol_;
  DecisionTrace& trace_;
  scsi::StandardInquiry inquiry_;
  MayBeRdac may_be_rdac_ = MayBeRdac::yes;
  std::optional<scsi::DeviceIdentification> page_83_;
};

}  // namespace

bool is_an_answer(const scsi::NoAnswer& no_answer) {
  const scsi::Response& response = no_answer.response;
  const auto sense = scsi::decode_sense(response.sense);
  return no_answer.malformed || (response.delivery == scsi::Delivery::answered && sense &&
                                 sense->key == scsi::SenseKey::illegal_request);
}

tl::expected<HardwareIdentity, Refusal> identification_of(SharedHardwareTable& hardware,
                                                          const scsi::StandardInquiry& inquiry,
                                                          const DiscoveryOptions& discovery_options,
                                                          DecisionTrace& trace) {
  const auto none_here = [&](std::string reason) {
    trace.record([&] {
      return stopped("INQUIRY", reason, {"map the unit to this host at the array, then rescan"});
    });
    return never(std::move(reason));
  };
  if (inquiry.peripheral_qualifier != 0) {
    return none_here(fmt::format("no logical unit is connected here (peripheral qualifier {})",
                                 inquiry.peripheral_qualifier));
  }
  if (!is_disk(inquiry.peripheral_type))
    return none_here(
        fmt::format("peripheral type 0x{:02x} is not a disk", inquiry.peripheral_type));
  const HardwareEntry* entry =
      hardware.find(inquiry.vendor, inquiry.product, discovery_options.configuration.blacklist());
  trace.record([&] { return hardware_decision(discovery_options.configuration, entry, inquiry); });
  if (entry == nullptr) return HardwareIdentity{};
  if (entry->identification == Identification::never) {
    return never(
        fmt::format("vendor '{}' product '{}' is a local disk, a controller or a gateway "
                    "unit by the hardware table: never a path",
                    inquiry.vendor, inquiry.product));
  }
  return HardwareIdentity{entry->identification, true,
                          may_be_rdac(discovery_options.configuration, *entry)};
}

Recognition recognition_of(scsi::ByteView bytes, const Maker& maker, const WwidChoice& choice,
                           bool listed) {
  if (listed) return Recognition::listed;
  const auto chosen = std::ranges::find_if(choice.designators, &JudgedDesignator::chosen);
  if (!choice.wwid || chosen == choice.designators.end()) return Recognition::unlisted;
  const auto format = scsi::naa_format(chosen->designator);
  const bool is_registered = format && (*format == 5 || *format == 6);
  const std::string& wwid = choice.wwid->text();
  const auto page = scsi::decode_device_identification(bytes);
  return is_registered && page && name_by_scsi_id(bytes, maker) == wwid &&
                 name_by_sg3_rules(*page, maker) == wwid
             ? Recognition::agreed_naa
             : Recognition::unlisted;
}

std::optional<Verdict> refusal_of_device(SharedHardwareTable& hardware,
                                         const DiscoveryOptions& discovery_options,
                                         const scsi::StandardInquiry& inquiry,
                                         DecisionTrace& trace) {
  // Without a row of its own, such hardware would be admitted by the blacklist alone.
  const auto exception = [&](const Verdict&) {
    const std::string lines = exception_lines(inquiry.vendor, inquiry.product);
    const HardwareEntry* entry =
        hardware.find(inquiry.vendor, inquiry.product, discovery_options.configuration.blacklist());
    const bool never = entry != nullptr && entry->identification == Identification::never;
    return never ? listing_remedy(inquiry.vendor, inquiry.product) + "\n" + lines
                 : "add to /etc/multipath.conf:\n" + lines;
  };
  return refusal(trace, exception, [&](RuleTrials* tried) {
    return discovery_options.configuration.blacklist().judge_device(inquiry.vendor, inquiry.product,
                                                                    tried);
  });
}

std::optional<Verdict> refusal_of_wwid(const DiscoveryOptions& discovery_options, const Wwid& wwid,
                                       DecisionTrace& trace) {
  const auto exception = [&](const Verdict&) {
    return "add to /etc/multipath.conf:\n" + exception_lines(RuleKind::wwid, wwid.text());
  };
  return refusal(trace, exception, [&](RuleTrials* tried) {
    return discovery_options.configuration.blacklist().judge_wwid(wwid.text(), tried);
  });
}

void record_other_names(scsi::ByteView page_83, const Maker& maker, const std::optional<Wwid>& wwid,
                        DecisionTrace& trace) {
  trace.record([&] {
    const std::string ours = wwid ? wwid->text() : "";
    const auto differs = [&](const char* who, const std::optional<std::string>& name) {
      if (name.value_or("") == ours) return std::string();
      return name ? fmt::format("{} would name it {}", who, *name)
                  : fmt::format("{} would give it no name", who);
    };
    const auto page = scsi::decode_device_identification(page_83);
    const std::string scsi_id = differs("scsi_id", name_by_scsi_id(page_83, maker));
    const std::string sg3 = differs("the udev rules of sg3-utils",
                                    page ? name_by_sg3_rules(*page, maker) : std::nullopt);
    if (scsi_id.empty() && sg3.empty())
      return noted("other programs",
                   "scsi_id and the udev rules of sg3-utils would give the same name");
    return noted("other programs", scsi_id + (scsi_id.empty() || sg3.empty() ? "" : "; ") + sg3);
  });
}

void take_inquiry(const scsi::StandardInquiry& inquiry, Path& path) {
  if (ScsiPath* scsi = path.scsi()) {
    scsi->peripheral_type = inquiry.peripheral_type;
    scsi->tpgs = inquiry.tpgs;
  }
  path.vendor = inquiry.vendor;
  path.product = inquiry.product;
  path.revision = inquiry.revision;
}

void exclude(const Verdict& refusal, Path& path) {
  path.trouble = to_string(refusal);
  path.excluded = true;
}

void probe_scsi_disk(scsi::Transport& transport, Disk& disk, const KnownPath& known,
                     SharedHardwareTable& hardware, const DiscoveryOptions& discovery_options) {
  try {
    const auto unit = transport.open(node_to_ask(disk.path));
    Probe probe(*unit, hardware, discovery_options, disk);
    if (probe.inquire(disk)) {
      probe.identify();
      probe.rate(known);
    }
  } catch (const std::exception& error) {
    disk.path.wwid.reset();
    disk.path.identity_source = IdentitySource::none;
    take_silence(error.what(), disk);
  }
}

}  // namespace multipath
