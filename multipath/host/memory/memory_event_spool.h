#pragma once

#include <map>

#include "multipath/host/event_spool.h"

namespace multipath {

/// The events of one process, which has every turn.
class MemoryEventSpool final : public EventSpool {
 public:
  void hand_in(DeviceNumber device) override;
  std::vector<Entry> waiting() override;
  void done(const std::vector<Entry>& entries) override;
  std::unique_ptr<Turn> take_turn() override;

 private:
  std::map<DeviceNumber, std::uint64_t> serials_;
  std::uint64_t last_serial_ = 0;
};

}  // namespace multipath
