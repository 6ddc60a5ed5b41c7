#pragma once

#include "tests/support/fake_unit.h"

namespace tests {

/// A disk "ACME" "ALUA" with tests::wwid_of_unit(unit) on a port of target port group 1
/// (active/optimized) or 2 (active/non-optimized).
FakeUnit alua_disk(int unit, int group);

}  // namespace tests
