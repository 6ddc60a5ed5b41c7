#include "multipath/discovery/prioritizer.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "multipath/discovery/array_priority.h"
#include "multipath/discovery/path_latency.h"
#include "multipath/discovery/path_weight.h"

namespace multipath {
namespace {

using std::chrono::milliseconds;

constexpr int constant_priority = 1;

/// Priority of an access state by its name in sysfs; a state that is not listed has 0.
constexpr std::array<std::pair<std::string_view, int>, 4> state_priorities{{
    {"active/optimized", 50},
    {"active/non-optimized", 10},
    {"lba-dependent", 5},
    {"standby", 1},
}};

enum class ExclusivePreferredBit : bool { no, yes };

ExclusivePreferredBit exclusive_preferred_bit(std::string_view arguments) {
  constexpr std::string_view word = "exclusive_pref_bit", blanks = " \t";
  for (std::size_t at = arguments.find(word); at != std::string_view::npos;
       at = arguments.find(word, at + 1)) {
    const std::size_t end = at + word.size();
    const bool begins = at == 0 || blanks.find(arguments[at - 1]) != std::string_view::npos;
    const bool ends =
        end == arguments.size() || blanks.find(arguments[end]) != std::string_view::npos;
    if (begins && ends) return ExclusivePreferredBit::yes;
  }
  return ExclusivePreferredBit::no;
}

Prioritized priority_of_state(const std::string& state, bool preferred,
                              ExclusivePreferredBit exclusive, std::string_view who) {
  constexpr int preferred_bonus = 80;
  const auto* found =
      std::ranges::find(state_priorities, state, &std::pair<std::string_view, int>::first);
  const bool optimized = found == state_priorities.begin();
  const bool bonus = preferred && (!optimized || exclusive == ExclusivePreferredBit::yes);
  const int base = found == state_priorities.end() ? 0 : found->second;
  return {base + (bonus ? preferred_bonus : 0),
          fmt::format("{} {}{}", who, state, preferred ? ", preferred" : "")};
}

/// What a prioritizer is given.
struct Question {
  scsi::LogicalUnit& unit;
  const std::string& arguments;
  const PathFacts& facts;
  milliseconds limit;
  const Stopwatch& clock;
};

Prioritized constant(const Question& /*question*/) { return {constant_priority, "const"}; }

Prioritized alua(const Question& question) {
  const AsymmetricAccess& access = question.facts.access;
  if (!access.group)
    return {std::nullopt, access.text.empty() ? "the unit has no TPGS" : access.text};
  return priority_of_state(to_string(access.group->state), access.group->preferred,
                           exclusive_preferred_bit(question.arguments),
                           fmt::format("target port group {} is", access.group->id));
}

Prioritized sysfs(const Question& question) {
  const auto& state = question.facts.kernel_state;
  if (!state) return {std::nullopt, "sysfs has no access_state for it"};
  return priority_of_state(state->state, state->preferred,
                           exclusive_preferred_bit(question.arguments), "access_state is");
}

Prioritized by_address(const Question& question) {
  constexpr std::uint64_t values = 10;
  const ScsiAddress& address = question.facts.address;
  const std::uint64_t sum = address.host + address.channel + address.target + address.lun % values;
  return {static_cast<int>(1 + sum % values), "random: by the path's address"};
}

using Prioritizer = Prioritized (*)(const Question&);
constexpr std::array<std::pair<PrioritizerKind, Prioritizer>, 11> prioritizers{{
    {PrioritizerKind::constant, constant},
    {PrioritizerKind::alua, alua},
    {PrioritizerKind::sysfs, sysfs},
    {PrioritizerKind::rdac, [](const Question& q) { return rdac_priority(q.unit, q.limit); }},
    {PrioritizerKind::emc, [](const Question& q) { return emc_priority(q.unit, q.limit); }},
    {PrioritizerKind::hp_sw, [](const Question& q) { return hp_sw_priority(q.unit, q.limit); }},
    {PrioritizerKind::ontap, [](const Question& q) { return ontap_priority(q.unit, q.limit); }},
    {PrioritizerKind::hds, [](const Question& q) { return hds_priority(q.unit, q.limit); }},
    {PrioritizerKind::weightedpath,
     [](const Question& q) { return weighted_priority(q.arguments, q.facts); }},
    {PrioritizerKind::path_latency,
     [](const Question& q) { return latency_priority(q.unit, q.arguments, q.limit, q.clock); }},
    {PrioritizerKind::random, by_address},
}};

const auto* find_prioritizer(PrioritizerKind kind) {
  return std::ranges::find(prioritizers, kind, &std::pair<PrioritizerKind, Prioritizer>::first);
}

std::string dropped(const DeviceSettings& settings) {
  if (settings.prioritizer_arguments.value.empty()) return "";
  return ", which ignores prio_args";
}

}  // namespace

Stopwatch steady_clock() {
  return [] {
    return std::chrono::duration_cast<std::chrono::microseconds>(
        std::chrono::steady_clock::now().time_since_epoch());
  };
}

EffectivePrioritizer effective_prioritizer(const DeviceSettings& settings, const PathFacts& facts,
                                           Rdac rdac) {
  const scsi::Tpgs tpgs = facts.access.tpgs;
  if (settings.detect_prio.value && tpgs != scsi::Tpgs::none) {
    const std::string found = "the unit has target port groups, and detect_prio is on";
    const bool must_be_asked = rdac == Rdac::yes && tpgs != scsi::Tpgs::explicit_;
    if (facts.kernel_state && !must_be_asked)
      return {PrioritizerKind::sysfs, "", found + dropped(settings)};
    return {PrioritizerKind::alua, "", found + dropped(settings)};
  }
  const PrioritizerKind kind = settings.prioritizer.value;
  const std::string origin = to_string(settings.prioritizer.origin);
  if (kind == PrioritizerKind::alua && tpgs == scsi::Tpgs::none) {
    const std::string why = facts.access.text.empty() ? "the unit has no TPGS" : facts.access.text;
    return {PrioritizerKind::constant, "", fmt::format("alua ({}) fails: {}", origin, why)};
  }
  if (find_prioritizer(kind) == prioritizers.end()) {
    return {PrioritizerKind::constant, "",
            fmt::format("prioritizer {} ({}) is not available; const is used", to_string(kind),
                        origin)};
  }
  return {kind, settings.prioritizer_arguments.value, origin};
}

Prioritized prioritize(scsi::LogicalUnit& unit, const EffectivePrioritizer& prioritizer,
                       const PathFacts& facts, milliseconds limit, const Stopwatch& clock) {
  const auto* found = find_prioritizer(prioritizer.kind);
  if (found == prioritizers.end())
    return {constant_priority, fmt::format("prioritizer {} is not available; const is used",
                                           to_string(prioritizer.kind))};
  return found->second({unit, prioritizer.arguments, facts, limit, clock});
}

bool wants_serial(const DeviceSettings& settings) {
  const std::string_view arguments = settings.prioritizer_arguments.value;
  const std::size_t begin = std::min(arguments.find_first_not_of(" \t"), arguments.size());
  return settings.prioritizer.value == PrioritizerKind::weightedpath &&
         arguments.substr(begin).starts_with("serial");
}

}  // namespace multipath
