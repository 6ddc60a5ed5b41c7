#include "multipath/host/memory/memory_event_spool.h"

namespace multipath {

void MemoryEventSpool::hand_in(DeviceNumber device) { serials_[device] = ++last_serial_; }

std::vector<EventSpool::Entry> MemoryEventSpool::waiting() {
  std::vector<Entry> entries;
  for (const auto& [device, serial] : serials_) entries.push_back({device, serial});
  return entries;
}

void MemoryEventSpool::done(const std::vector<Entry>& entries) {
  for (const Entry& entry : entries) {
    const auto found = serials_.find(entry.device);
    if (found != serials_.end() && found->second == entry.serial) serials_.erase(found);
  }
}

std::unique_ptr<EventSpool::Turn> MemoryEventSpool::take_turn() { return std::make_unique<Turn>(); }

}  // namespace multipath
