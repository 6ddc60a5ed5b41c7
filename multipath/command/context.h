#pragma once

#include <iosfwd>
#include <string>
#include <vector>

#include "multipath/host/host.h"
#include "multipath/view/style.h"

namespace multipath {

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
