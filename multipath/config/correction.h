#pragma once

#include <string>

#include "multipath/config/configuration.h"

namespace multipath {

/// A configuration file without its mistakes.
struct Correction {
  std::string text;
  Diagnostics
      left;  ///< what only a person can correct; with an error among them the text is not worth having
};

/// Makes the repairs of the file's review, and those of the result's, until there is none left. What has no effect becomes a
/// comment, with the reason above it; what the file means here stays the same.
Correction corrected(const ConfigurationText& file);

}  // namespace multipath
