#pragma once

#include <string>
#include <vector>

#include "tests/support/fake_host.h"

namespace tests {

/// A small SAN for tests of commands: unit 1 with the paths sda and sdb, unit 2 with sdc and sdd,
/// as scsi_debug creates them. No maps.
struct San : FakeHost {
  San();

  /// Adds a map of 1 MiB for a unit, with any paths in `parameters`.
  void put_map(const std::string& name, int unit, const std::string& parameters);
  /// Adds "mpatha" for unit 1, with one group per path.
  void put_first();
  /// Adds "mpathb" for unit 2.
  void put_second();
  void put_maps();

  /// Returns the number of commands that all units received.
  std::size_t commands_asked() const;
};

}  // namespace tests
