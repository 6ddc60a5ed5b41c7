#pragma once

#include <string>
#include <vector>

#include "multipath/model/holder.h"
#include "multipath/teardown/teardown.h"

namespace multipath {

/// Prints the steps in order for the user. Grammar:
///
///     plan = "nothing to take down" LF
///          | step+
///     step = number "  level " level "  " kname "  " dev_type "  " action " " subject LF
///            "      do:   " command LF ["      back: " command LF]* ["      note: " text LF]
std::string render_plan(const std::vector<Step>& steps);

/// The step's command in shell syntax: "umount /data".
std::string render_command(const Step& step);

/// Prints each blocker with its code, detail, source and remedy.
std::string render_blockers(const std::vector<Blocker>& blockers);

/// The commands that undo the steps, in reverse order.
std::string render_undo(const std::vector<Step>& steps);

}  // namespace multipath
