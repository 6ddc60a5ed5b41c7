#include "multipath/daemon/arguments.h"

#include <fmt/format.h>

#include "multipath/wire/client_command.h"

namespace multipath::daemon {

namespace {

tl::unexpected<std::string> unknown(const std::string& word) {
  return tl::unexpected(fmt::format("unknown option '{}'; see multipathd --help", word));
}

tl::expected<Arguments, std::string> daemon_arguments(std::span<const std::string> words) {
  while (!words.empty()) {
    const std::string& word = words.front();
    const bool takes_level = word == "-v";
    const bool is_level = word.size() > 2 && word.starts_with("-v");
    const bool is_known = takes_level || is_level || word == "-d" || word == "-s" || word == "-w" ||
                          word == "-B" || word == "-n";
    if (!is_known || (takes_level && words.size() == 1)) return unknown(word);
    words = words.subspan(takes_level ? 2 : 1);
  }
  return Arguments{Arguments::Job::daemon};
}

}  // namespace

tl::expected<Arguments, std::string> parse_arguments(std::span<const std::string> words) {
  using Job = Arguments::Job;
  bool prompt = false;
  while (!words.empty() && words.front().starts_with('-')) {
    const std::string& word = words.front();
    words = words.subspan(1);
    if (word == "--") break;
    if (word == "-h" || word == "--help") return Arguments{Job::help};
    if (word == "-V" || word == "--version") return Arguments{Job::version};
    if (word == "-d") return daemon_arguments(words);
    if (word == "--observe") return Arguments{Job::observe};
    if (!word.starts_with("-k")) return unknown(word);
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
      "       multipathd -d             be the daemon, in the foreground\n"
      "       multipathd --observe      watch paths and maps, and report on standard error what a "
      "daemon\n"
      "                                 would do; answer commands on the socket that\n"
      "                                 MULTIPATH_SOCKET_NAME names, and change nothing\n"
      "       multipathd --help | --version\n"
      "\n"
      "Commands; each word may be shortened while it is unambiguous:\n";
  for (const std::string_view line : wire::command_help()) text.append("  ").append(line) += '\n';
  return text;
}

}  // namespace multipath::daemon
