#include "multipath/capture/line_ranges.h"

#include <algorithm>
#include <atomic>
#include <functional>

namespace multipath {

/// The name's slot, or the free one where it belongs.
std::size_t LineRanges::slot_of(std::string_view text, std::string_view name) const {
  const std::size_t mask = slots_.size() - 1;
  std::size_t slot = std::hash<std::string_view>{}(name)&mask;
  while (slots_[slot] != 0 && ranges_[slots_[slot] - 1].name.in(text) != name)
    slot = (slot + 1) & mask;
  return slot;
}

void LineRanges::grow(std::string_view text) {
  constexpr std::size_t least = 64;
  slots_.assign(std::max(least, slots_.size() * 4), 0);
  // A later range of a name takes the place of the one before it.
  for (std::size_t i = 0; i < ranges_.size(); ++i)
    slots_[slot_of(text, ranges_[i].name.in(text))] = static_cast<std::uint32_t>(i + 1);
}

LineRanges::Range& LineRanges::add(std::string_view text, Place name) {
  if (slots_.size() < 2 * (ranges_.size() + 1)) grow(text);
  const std::size_t slot = slot_of(text, name.in(text));
  Range range;
  range.name = name;
  range.earlier = slots_[slot];
  ranges_.push_back(range);
  slots_[slot] = static_cast<std::uint32_t>(ranges_.size());
  recent_ = 0;
  return ranges_.back();
}

const LineRanges::Range* LineRanges::last(std::string_view text, std::string_view name) const {
  if (slots_.empty()) return nullptr;
  const std::atomic_ref recent(recent_);
  std::uint32_t found = recent.load(std::memory_order_relaxed);
  if (found != 0 && ranges_[found - 1].name.in(text) == name) return &ranges_[found - 1];
  found = slots_[slot_of(text, name)];
  if (found == 0) return nullptr;
  recent.store(found, std::memory_order_relaxed);
  return &ranges_[found - 1];
}

}  // namespace multipath
