#pragma once

#include <span>
#include <string>

#include "multipath/model/explanation.h"

namespace multipath {

/// Prints for the user the conclusion, each step with its fact and origin, and the remedies:
///
///     explanation = subject ": " conclusion LF { block } [ LF "remedies:" LF { "  " remedy LF } ]
///     block       = LF ( device " (" number ")" | "unit" ) ":" LF { step }
///     step        = "  " verdict "  " name "  " fact [ "  [" origin "]" ] LF
///                   { "        " attempt LF }
///
/// Built-in rules that do not match are counted, not listed.
std::string render_explanations(std::span<const Explanation> explanations);

}  // namespace multipath
