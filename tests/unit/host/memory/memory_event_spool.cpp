#include "multipath/host/memory/memory_event_spool.h"

#include <doctest/doctest.h>

using namespace multipath;

TEST_CASE("a device that is handed in again while it is handled goes on waiting") {
  MemoryEventSpool spool;
  spool.hand_in({8, 16});
  spool.hand_in({8, 0});
  const auto entries = spool.waiting();
  REQUIRE(entries.size() == 2);
  CHECK(entries[0].device == DeviceNumber{8, 0});
  CHECK(spool.take_turn() != nullptr);
  spool.hand_in({8, 0});
  spool.done(entries);
  REQUIRE(spool.waiting().size() == 1);
  CHECK(spool.waiting()[0].device == DeviceNumber{8, 0});
  spool.done(spool.waiting());
  CHECK(spool.waiting().empty());
}
