#pragma once

#include <cstdint>

namespace multipath {

/// What the verbs exit with; multipath(8) EXIT STATUS. The letters exit with 0 or 1 only, as
/// scripts expect.
enum class ExitStatus : std::uint8_t {
  done = 0,               ///< done, or nothing to do
  usage = 1,              ///< the command line was wrong (letters: anything failed)
  not_found = 2,          ///< no such device or map
  busy = 3,               ///< something uses it; nothing was changed
  partial_failure = 4,    ///< some of it failed, the rest was done
  protected_stack = 5,    ///< clear-holders: the running system stands on it
  declined = 6,           ///< clear-holders: the answer was no
  timed_out = 7,          ///< clear-holders: a step was not done in time
  came_back = 8,          ///< clear-holders: it was taken down, and something brought it back
  no_privilege = 9,       ///< root is needed
  no_device_mapper = 10,  ///< the kernel has no device-mapper or no multipath target
};

}  // namespace multipath
