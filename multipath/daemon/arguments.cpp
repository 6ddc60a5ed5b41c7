#include "multipath/daemon/arguments.h"

#include <fmt/format.h>

#include "multipath/wire/client_command.h"

namespace multipath::daemon {

tl::expected<Arguments, std::string> parse_arguments(std::span<const std::string> words) {
  using Job = Arguments::Job;
  bool prompt = false;
  while (!words.empty() && words.front().starts_with('-')) {
    const std::string& word = words.front();
    words = words.subspan(1);
    if (word == "--") break;
    if (word == "-h" || word == "--help") return Arguments{Job::help};
    if (word == "-V" || word == "--version") return Arguments{Job::version};
    if (!word.starts_with("-k"))
      return tl::unexpected(fmt::format("unknown option '{}'; see multipathd --help", word));
    if (word.size() > 2) return Arguments{Job::command, word.substr(2)};
    prompt = true;
  }
  if (!words.empty()) return Arguments{Job::command, wire::command_text(words)};
  if (prompt) return Arguments{Job::prompt};
  return tl::unexpected(std::string("no command; see multipathd --help"));
}

std::string usage() {
  std::string text =
      "usage: multipathd COMMAND...     send a command to the running daemon\n"
      "       multipathd -k'COMMAND'    the same\n"
      "       multipathd -k             send the lines of standard input, up to \"quit\"\n"
      "       multipathd --help | --version\n"
      "\n"
      "Commands; each word may be shortened while it is unambiguous:\n";
  for (const std::string_view line : wire::command_help()) text.append("  ").append(line) += '\n';
  return text;
}

}  // namespace multipath::daemon
