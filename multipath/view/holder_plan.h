#pragma once

#include <string>
#include <vector>

#include "multipath/model/holder.h"
#include "multipath/teardown/teardown.h"

namespace multipath {

/// The ordered plan, for a person. Grammar:
///
///     plan = "nothing to take down" LF
///          | step+
///     step = number "  level " level "  " kname "  " dev_type "  " action " " subject LF
///            "      do:   " command LF ["      back: " command LF]* ["      note: " text LF]
std::string render_plan(const std::vector<Step>& steps);

/// "umount /data", as a shell takes it.
std::string render_command(const Step& step);

/// "BLOCKED: N" and for each blocker a line with its code, detail, source and remedy.
std::string render_blockers(const std::vector<Blocker>& blockers);

/// The commands that bring steps back, the last step's first.
std::string render_undo(const std::vector<Step>& steps);

}  // namespace multipath
