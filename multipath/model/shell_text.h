#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace multipath {

// Commands that are printed for a person to paste. Names in them come from users and media, so each
// goes through shell_word(), and each line that is shown through pasteable().

/// A word for a shell (POSIX, bash, zsh), that stands for exactly these bytes: as it is, or in
/// single quotes.
std::string shell_word(std::string_view word);

/// The words of a command, each as shell_word() has it.
std::string shell_line(const std::vector<std::string>& words);

/// `command`, which is no foreign text, with an operand, which stands behind "--" when it begins
/// with "-".
std::string shell_line(std::string_view command, const std::string& operand);

/// The line; or, when it has bytes that a terminal does not show as they are, a shell's comment that
/// says so: what would be pasted names something else.
std::string pasteable(std::string line);

}  // namespace multipath
