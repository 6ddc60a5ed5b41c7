#pragma once

#include <set>
#include <string>

#include "multipath/capture/capture.h"

namespace multipath {

/// The words (letters and digits that stand together) of names that people gave: maps, aliases, mount points, labels,
/// processes, control groups, users, volume groups, swap files. Not among them are words that the kernel, udev or a
/// configuration file use themselves, wherever these come from in the capture: a mount point /home, a map called "root",
/// "part1", "mpatha"; nor numbers, nor the names of maps that are their WWIDs.
std::set<std::string> chosen_words(const Capture& capture);

/// A text file of the capture without the words of its comments: "#" stays.
std::string without_comments(const std::string& text);

}  // namespace multipath
