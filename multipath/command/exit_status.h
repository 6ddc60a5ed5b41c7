#pragma once

#include <cstdint>

namespace multipath {

/// Exit statuses of the verbs; multipath(8) EXIT STATUS. The packaged tool's command line exits
/// with 0 or 1 only, as scripts expect.
enum class ExitStatus : std::uint8_t {
  done = 0,                  ///< done, or nothing to do
  usage = 1,                 ///< wrong command line
  configuration_errors = 1,  ///< the configuration has errors; the manual gives both this number
  not_found = 2,             ///< no such device or map
  busy = 3,                  ///< in use; nothing was changed
  partial_failure = 4,       ///< part of the work failed, the rest was done
  protected_stack = 5,       ///< clear-holders: the running system uses the devices
  declined = 6,              ///< clear-holders: not confirmed
  timed_out = 7,             ///< clear-holders: a step did not finish in time
  came_back = 8,             ///< clear-holders: something restored what had been taken down
  no_privilege = 9,          ///< root privilege is required
  no_device_mapper = 10,     ///< the kernel has no device-mapper
};

}  // namespace multipath
