#include "multipath/discovery/rate_path.h"

#include <algorithm>

#include "libsg/ask.h"

namespace multipath {
namespace {

using std::chrono::milliseconds;

/// The priority comes from what is known already.
bool needs_no_command(PrioritizerKind kind) {
  switch (kind) {
    case PrioritizerKind::rdac:
    case PrioritizerKind::emc:
    case PrioritizerKind::hp_sw:
    case PrioritizerKind::ontap:
    case PrioritizerKind::hds:
    case PrioritizerKind::path_latency:
      return false;
    default:
      return true;
  }
}

std::optional<std::string> serial_of(scsi::LogicalUnit& unit, const KnownPath& known,
                                     milliseconds limit) {
  if (known.serial) return known.serial;
  auto serial = scsi::ask_unit_serial_number(unit, limit);
  if (!serial) return std::nullopt;
  return std::move(*serial);
}

Checked checked_with_size(Checked checked, std::uint64_t size_sectors) {
  if (checked.state != CheckerState::ready || size_sectors != 0) return checked;
  return {CheckerState::ghost, "the kernel has no size for it"};
}

}  // namespace

WeightFacts weight_facts_for(const Configuration& configuration) {
  const auto weighs = [](const ConfSection& section) {
    return section.value_of("prio").starts_with("weighted");
  };
  const bool anywhere =
      weighs(configuration.defaults()) || weighs(configuration.overrides()) ||
      std::ranges::any_of(configuration.protocols(), weighs) ||
      std::ranges::any_of(configuration.multipaths(), weighs) ||
      std::ranges::any_of(configuration.devices(), weighs, &DeviceSection::section);
  return anywhere ? WeightFacts::read : WeightFacts::leave;
}

KnownPath know_path(const SysTree& sys, const Disk& disk, WeightFacts weight_facts) {
  KnownPath known;
  known.kname = disk.path.kname;
  known.address = disk.path.address;
  known.size_sectors = disk.path.size_sectors;
  if (!hardware_handler_of(disk.path).empty())
    known.kernel_state = kernel_access_state(sys, disk.sysfs);
  if (weight_facts == WeightFacts::read) {
    known.world_wide_names = world_wide_names(find_target_node(sys, disk.path.address, disk.sysfs));
    known.serial = cached_serial(sys, disk.sysfs);
  }
  return known;
}

Rating rate_path(scsi::LogicalUnit& unit, const DeviceSettings& settings,
                 const scsi::StandardInquiry& inquiry, MayBeRdac may_be_rdac,
                 const std::optional<scsi::DeviceIdentification>& page, const KnownPath& known,
                 milliseconds limit, const Stopwatch& clock) {
  const scsi::DeviceIdentification no_page;
  Rating rating;
  rating.access = ask_asymmetric_access(unit, inquiry.tpgs, page ? *page : no_page, limit);
  const Rdac rdac = detect_rdac(unit, settings, may_be_rdac, limit);
  rating.checker = effective_checker(settings, rdac, rating.access.tpgs);
  rating.checked = checked_with_size(check(unit, rating.checker.kind, limit), known.size_sectors);

  PathFacts facts{.kname = known.kname,
                  .address = known.address,
                  .access = rating.access,
                  .kernel_state = known.kernel_state,
                  .serial = known.serial,
                  .world_wide_names = known.world_wide_names};
  rating.prioritizer = effective_prioritizer(settings, facts, rdac);
  const bool dead = rating.checked.state == CheckerState::faulty ||
                    rating.checked.state == CheckerState::disconnected;
  if (dead && !needs_no_command(rating.prioritizer.kind)) {
    rating.prioritized.text = "not asked for, as the path is down";
    return rating;
  }
  if (!dead && wants_serial(settings)) facts.serial = serial_of(unit, known, limit);
  rating.prioritized = prioritize(unit, rating.prioritizer, facts, limit, clock);
  return rating;
}

}  // namespace multipath
