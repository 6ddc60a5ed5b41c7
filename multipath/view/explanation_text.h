#pragma once

#include <span>
#include <string>

#include "multipath/model/explanation.h"

namespace multipath {

/// For a person: the conclusion, each step with the fact and what decided, and what to change.
///
///     explanation = subject ": " conclusion LF { block } [ "to change that:" LF { "  " remedy LF } ]
///     block       = LF ( device " (" number ")" | "unit" ) ":" LF { step }
///     step        = "  " verdict "  " name "  " fact [ "  [" origin "]" ] LF { "        " attempt LF }
///
/// Rules that come with the program and do not match are counted, not listed.
std::string render_explanations(std::span<const Explanation> explanations);

}  // namespace multipath
