#include "multipath/capture/line_ranges.h"

#include <atomic>
#include <bit>
#include <functional>

namespace multipath {
namespace {

std::uint64_t hash_of(std::string_view name) { return std::hash<std::string_view>{}(name); }

/// The half of a hash that has no part in the choice of the slot.
std::uint32_t upper_half(std::uint64_t hash) { return static_cast<std::uint32_t>(hash >> 32U); }

}  // namespace

LineRanges::Range& LineRanges::add(Place name) {
  Range& range = ranges_.emplace_back();
  range.name = name;
  return range;
}

std::size_t LineRanges::slot_of(std::string_view text, std::string_view name,
                                std::uint64_t hash) const {
  const std::size_t mask = slots_.size() - 1;
  std::size_t slot = hash & mask;
  while (slots_[slot].range != 0 &&
         (slots_[slot].upper_hash != upper_half(hash) || !is_named(slots_[slot].range, text, name)))
    slot = (slot + 1) & mask;
  return slot;
}

void LineRanges::index(std::string_view text) {
  slots_.assign(std::bit_ceil(2 * ranges_.size() + 1), {});
  names_repeat_ = false;
  recent_ = 0;
  std::uint32_t number = 0;
  for (Range& range : ranges_) {
    const std::string_view name = range.name.in(text);
    const std::uint64_t hash = hash_of(name);
    Slot& slot = slots_[slot_of(text, name, hash)];
    // A later range of a name takes the place of the one before it.
    range.earlier = slot.range;
    names_repeat_ = names_repeat_ || range.earlier != 0;
    slot = {upper_half(hash), ++number};
    range.first = range.earlier == 0 ? number : ranges_[range.earlier - 1].first;
  }
}

const LineRanges::Range* LineRanges::last(std::string_view text, std::string_view name) const {
  if (slots_.empty()) return nullptr;
  const std::atomic_ref recent(recent_);
  std::uint32_t found = recent.load(std::memory_order_relaxed);
  if (found != 0 && is_named(found, text, name)) return &ranges_[found - 1];
  const bool may_be_beside = found != 0 && !names_repeat_;
  if (may_be_beside && found < ranges_.size() && is_named(found + 1, text, name)) {
    ++found;
  } else if (may_be_beside && found > 1 && is_named(found - 1, text, name)) {
    --found;
  } else {
    found = slots_[slot_of(text, name, hash_of(name))].range;
  }
  if (found == 0) return nullptr;
  recent.store(found, std::memory_order_relaxed);
  return &ranges_[found - 1];
}

}  // namespace multipath
