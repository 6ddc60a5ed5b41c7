#pragma once

#include <string>

#include "multipath/model/holder.h"
#include "multipath/model/open_files.h"
#include "multipath/view/style.h"

namespace multipath {

/// A tree for each base. Grammar:
///
///     tree    = label LF child*
///     child   = indent ("|-- " | "`-- ") label LF child*
///     label   = kname [" " dm-name] "  " type ["  " what] "  " size users
///     users   = ("  [" user "]")*
///
/// The indent below a last child is four blanks, below another "|   ". A device that stands on
/// several is drawn in full once; further lines for it end in "  (above)" where there is more to
/// it than its line. Legs that were not asked for are told in the line of what stands on them.
std::string render_holder_tree(const HolderGraph& graph, Style style,
                               ShownFiles files = ShownFiles::first);

/// The same with the kname alone for a label: "sda".
std::string render_holder_names(const HolderGraph& graph);

}  // namespace multipath
