#pragma once

#include <string>

#include "multipath/model/holder.h"
#include "multipath/model/open_files.h"
#include "multipath/view/style.h"

namespace multipath {

/// Prints a tree per base. Grammar:
///
///     tree    = label LF child*
///     child   = indent ("|-- " | "`-- ") label LF child*
///     label   = kname [" " dm-name] "  " type ["  " what] "  " size users
///     users   = ("  [" user "]")*
///
/// The indent below a last child is four blanks, below other children "|   ". A device on several
/// others is drawn once with its children; further lines end in "  (above)" if it has children.
/// Other devices below a holder are listed in the holder's line.
std::string render_holder_tree(const HolderGraph& graph, Style style,
                               ShownFiles files = ShownFiles::first);

/// Prints the same trees with kernel names as labels: "sda".
std::string render_holder_names(const HolderGraph& graph);

}  // namespace multipath
