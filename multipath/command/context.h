#pragma once

#include <algorithm>
#include <cstdint>
#include <iosfwd>
#include <string>
#include <vector>

#include "multipath/host/host.h"
#include "multipath/view/style.h"

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

/// How much a command reports: -v of the packaged tool's command line. Each level includes those
/// before it.
enum class Verbosity : std::uint8_t {
  errors = 0,
  names = 1,       ///< on stdout, the names of maps only
  maps = 2,        ///< whole maps, and warnings
  everything = 3,  ///< paths, notes, and each decision
};
inline constexpr Verbosity default_verbosity = Verbosity::maps;

/// The level of keyword verbosity; levels above 3 mean everything.
inline Verbosity verbosity_of(int level) {
  return static_cast<Verbosity>(std::clamp(level, 0, static_cast<int>(Verbosity::everything)));
}

/// Everything that a command may touch.
struct Context {
  Host& host;
  std::ostream& out;  ///< data only
  std::ostream& err;  ///< everything else
  Style out_style = Style::plain;
  Style err_style = Style::plain;
  bool is_root = false;
  std::istream* in = nullptr;  ///< where answers to questions come from; none: no questions
  bool on_paper = false;       ///< the host is a capture: nothing that is changed can be verified
  /// The verdict on the device at its event before, as udev's rules hand it on: variable
  /// DM_MULTIPATH_DEVICE_PATH of the environment; empty for none.
  std::string former_verdict = {};
  /// May a configuration without errors be copied to the host's state files?
  bool keeps_configuration = false;
};

}  // namespace multipath
