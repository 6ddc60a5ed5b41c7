#include "multipath/model/shell_text.h"

#include <algorithm>

#include "multipath/model/ascii.h"
#include "multipath/model/printable.h"

namespace multipath {
namespace {

bool is_plain(char c) {
  return is_alphanumeric(c) || std::string_view("/._-+:,@%=").find(c) != std::string_view::npos;
}

}  // namespace

std::string shell_word(std::string_view word) {
  // zsh takes "=name" for the path of a program.
  if (!word.empty() && word.front() != '=' && std::ranges::all_of(word, is_plain))
    return std::string(word);
  std::string quoted = "'";
  for (const char c : word) {
    if (c == '\'')
      quoted += "'\\''";
    else
      quoted += c;
  }
  return quoted + "'";
}

std::string shell_line(const std::vector<std::string>& words) {
  std::string line;
  for (const std::string& word : words) line += (line.empty() ? "" : " ") + shell_word(word);
  return line;
}

std::string shell_line(std::string_view command, const std::string& operand) {
  return std::string(command) + (operand.starts_with('-') ? " -- " : " ") + shell_word(operand);
}

std::string pasteable(std::string line) {
  if (is_printable(line)) return line;
  return "# not shown: a name in this command has bytes that are not printable text";
}

}  // namespace multipath
