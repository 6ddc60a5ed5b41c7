#pragma once

#include <string>
#include <vector>

#include "tests/support/fake_host.h"

namespace tests {

/// The small SAN of the command's tests: units 1 and 2 with two paths each, sda and sdb, sdc and sdd,
/// as scsi_debug makes them. No maps.
struct San : FakeHost {
  San();

  /// A map of 1 MiB of that unit, whatever its paths are called in `parameters`.
  void put_map(const std::string& name, int unit, const std::string& parameters);
  /// "mpatha" of unit 1 with both paths, a group each.
  void put_first();
  /// "mpathb" of unit 2.
  void put_second();

  /// Of all units together.
  std::size_t commands_asked() const;
};

}  // namespace tests
