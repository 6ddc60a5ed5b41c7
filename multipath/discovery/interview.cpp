#include "multipath/discovery/interview.h"

#include <algorithm>

#include <fmt/format.h>

#include "libsg/ask.h"
#include "libsg/sense.h"
#include "libsg/vital_product_data.h"
#include "multipath/config/conf_grammar.h"
#include "multipath/discovery/asymmetric_access.h"
#include "multipath/discovery/wwid_rule.h"

namespace multipath {
namespace {

using std::chrono::milliseconds;

/// Peripheral device types that are disks for dm: direct access, and zoned (SPC-5 table 147).
bool is_disk(std::uint8_t peripheral_type) {
  return peripheral_type == 0x00 || peripheral_type == 0x14;
}

tl::unexpected<Refusal> never(std::string reason) {
  return tl::unexpected(Refusal{std::move(reason), true});
}

/// A page that did not come. Only a device that knows no such page has answered: one that broke
/// down between INQUIRY and the page is as silent as a dead one, or a path that just failed would
/// fall out of its map for having no identity.
void take_missing_page(const char* page, const scsi::NoAnswer& no_answer, DeviceAnswers& said) {
  said.trouble = fmt::format("page {}: {}", page, to_string(no_answer));
  said.trace.tell([&] { return stopped("identity", said.trouble); });
  if (is_an_answer(no_answer)) return;
  said.answered = false;
  said.checker_state = CheckerState::faulty;
}

/// The identity that page 0x83 gives; the page itself for who rates the path.
std::optional<scsi::DeviceIdentification> ask_page_83(scsi::LogicalUnit& unit,
                                                      const HardwareIdentity& by,
                                                      milliseconds limit, DeviceAnswers& said) {
  const auto bytes = scsi::ask_vpd_page(
      unit, static_cast<std::uint8_t>(scsi::VpdPage::device_identification), limit);
  if (!bytes) {
    take_missing_page("0x83", bytes.error(), said);
    return std::nullopt;
  }
  auto page = scsi::decode_device_identification(*bytes);
  if (!page) {
    take_missing_page("0x83", {{}, std::move(page.error())}, said);
    return std::nullopt;
  }
  WwidChoice choice = choose_wwid(*page, by.identification);
  said.trace.tell([&] { return identity_decision(choice, "page 0x83 of the device"); });
  said.recognition =
      recognition_of(*bytes, {said.inquiry->vendor, said.inquiry->product}, choice, by.listed);
  if (choice.wwid) {
    said.wwid = std::move(*choice.wwid);
    said.source = IdentitySource::page_83;
  } else {
    said.trouble = choice.wwid.error();
  }
  tell_other_names(*bytes, {said.inquiry->vendor, said.inquiry->product}, said.wwid, said.trace);
  return std::move(*page);
}

void ask_page_80(scsi::LogicalUnit& unit, milliseconds limit, DeviceAnswers& said) {
  const auto serial = scsi::ask_unit_serial_number(unit, limit);
  if (!serial) return take_missing_page("0x80", serial.error(), said);
  auto wwid = wwid_of_serial_number(said.inquiry->vendor, said.inquiry->product, *serial);
  said.trace.tell([&] { return serial_decision(wwid); });
  if (!wwid) {
    said.trouble = wwid.error();
    return;
  }
  said.wwid = std::move(*wwid);
  said.source = IdentitySource::page_80;
}

void exclude(const Verdict& refusal, DeviceAnswers& said) {
  said.trouble = to_string(refusal);
  said.excluded = true;
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

void rate(scsi::LogicalUnit& unit, const DiscoveryOptions& discovery_options,
          const std::string& protocol, const KnownPath& known,
          const std::optional<scsi::DeviceIdentification>& page, DeviceAnswers& said) {
  const DeviceSettings& settings = discovery_options.configuration.settings_for_device(
      {said.inquiry->vendor, said.inquiry->product, said.inquiry->revision, protocol,
       said.wwid ? said.wwid->text() : ""});
  const Rating rating =
      rate_path(unit, settings, *said.inquiry, page, known, discovery_options.deadline);
  said.checker_state = rating.checked.state;
  if (said.trouble.empty() && !works(said.checker_state)) said.trouble = rating.checked.text;
  said.priority = rating.prioritized.priority;
  said.rated_by_access_state = rating.prioritizer.kind == PrioritizerKind::alua ||
                               rating.prioritizer.kind == PrioritizerKind::sysfs;
  if (page) said.port_group = port_group_of(*page);
  said.trace.tell([&] { return checker_decision(rating); });
  said.trace.tell([&] { return priority_decision(rating); });
}

DeviceAnswers interview(scsi::LogicalUnit& unit, SharedHardwareTable& hardware,
                        const DiscoveryOptions& discovery_options, const std::string& protocol,
                        const KnownPath& known) {
  DeviceAnswers said;
  said.trace = DecisionTrace(discovery_options.telling);
  auto inquiry = scsi::ask_standard_inquiry(unit, discovery_options.deadline);
  if (!inquiry) {
    said.checker_state = CheckerState::faulty;
    said.trouble = "INQUIRY: " + to_string(inquiry.error());
    said.trace.tell([&] { return noted("INQUIRY", said.trouble); });
    return said;
  }
  said.inquiry = std::move(*inquiry);
  said.answered = true;
  said.trace.tell([&] { return inquiry_decision(*said.inquiry); });
  std::optional<scsi::DeviceIdentification> page;
  if (const auto refusal = refusal_of_device(discovery_options, *said.inquiry, said.trace)) {
    exclude(*refusal, said);
  } else if (const auto by =
                 identification_of(hardware, *said.inquiry, discovery_options, said.trace);
             !by) {
    said.trouble = by.error().reason;
    said.excluded = by.error().excluded;
  } else if (by->identification == Identification::page_80) {
    ask_page_80(unit, discovery_options.deadline, said);
  } else {
    page = ask_page_83(unit, *by, discovery_options.deadline, said);
  }
  if (said.wwid) {
    if (const auto refusal = refusal_of_wwid(discovery_options, *said.wwid, said.trace))
      exclude(*refusal, said);
  }
  if (said.answered && (said.wwid || discovery_options.state_of == StateOf::all))
    rate(unit, discovery_options, protocol, known, page, said);
  return said;
}

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
    trace.tell([&] {
      return stopped("INQUIRY", reason, {"map the unit to this host at the array, then rescan"});
    });
    return never(std::move(reason));
  };
  if (inquiry.peripheral_qualifier != 0) {
    return none_here(fmt::format("no logical unit is connected here (peripheral qualifier {})",
                                 inquiry.peripheral_qualifier));
  }
  if (!is_disk(inquiry.peripheral_type))
    return none_here(fmt::format("peripheral type 0x{:02x} is no disk", inquiry.peripheral_type));
  const HardwareEntry* entry = hardware.find(inquiry.vendor, inquiry.product);
  trace.tell([&] { return hardware_decision(discovery_options.configuration, entry, inquiry); });
  if (entry == nullptr) return HardwareIdentity{};
  if (entry->identification == Identification::never) {
    return never(
        fmt::format("vendor '{}' product '{}' is a local disk, a controller or a gateway "
                    "unit by the hardware table: never a path",
                    inquiry.vendor, inquiry.product));
  }
  return HardwareIdentity{entry->identification, true};
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

std::optional<Verdict> refusal_of_device(const DiscoveryOptions& discovery_options,
                                         const scsi::StandardInquiry& inquiry,
                                         DecisionTrace& trace) {
  const std::string exception = trace.wanted()
                                    ? fmt::format("device {{ vendor {} product {} }}",
                                                  conf_quoted(exact_pattern(inquiry.vendor)),
                                                  conf_quoted(exact_pattern(inquiry.product)))
                                    : std::string();
  return refusal(trace, exception, [&](RuleTrials* tried) {
    return discovery_options.configuration.blacklist().judge_device(inquiry.vendor, inquiry.product,
                                                                    tried);
  });
}

std::optional<Verdict> refusal_of_wwid(const DiscoveryOptions& discovery_options, const Wwid& wwid,
                                       DecisionTrace& trace) {
  const std::string exception =
      trace.wanted() ? "wwid " + conf_quoted(exact_pattern(wwid.text())) : std::string();
  return refusal(trace, exception, [&](RuleTrials* tried) {
    return discovery_options.configuration.blacklist().judge_wwid(wwid.text(), tried);
  });
}

void tell_other_names(scsi::ByteView page_83, const Maker& maker, const std::optional<Wwid>& wwid,
                      DecisionTrace& trace) {
  trace.tell([&] {
    const std::string ours = wwid ? wwid->text() : "";
    const auto differs = [&](const char* who, const std::optional<std::string>& name) {
      if (name.value_or("") == ours) return std::string();
      return name ? fmt::format("{} would say {}", who, *name)
                  : fmt::format("{} would have no name from this page", who);
    };
    const auto page = scsi::decode_device_identification(page_83);
    const std::string scsi_id = differs("scsi_id", name_by_scsi_id(page_83, maker));
    const std::string sg3 =
        differs("udev's rules of sg3-utils", page ? name_by_sg3_rules(*page, maker) : std::nullopt);
    if (scsi_id.empty() && sg3.empty())
      return noted("other programs", "scsi_id and udev's rules of sg3-utils would say the same");
    return noted("other programs", scsi_id + (scsi_id.empty() || sg3.empty() ? "" : "; ") + sg3);
  });
}

DeviceAnswers ask_disk(scsi::Transport& transport, const std::string& node,
                       SharedHardwareTable& hardware, const DiscoveryOptions& discovery_options,
                       const std::string& protocol, const KnownPath& known) {
  try {
    const auto unit = transport.open(node);
    return interview(*unit, hardware, discovery_options, protocol, known);
  } catch (const std::exception& error) {
    DeviceAnswers said;
    said.trace = DecisionTrace(discovery_options.telling);
    said.checker_state = CheckerState::faulty;
    said.trouble = error.what();
    said.trace.tell([&] { return noted("INQUIRY", said.trouble); });
    return said;
  }
}

}  // namespace multipath
