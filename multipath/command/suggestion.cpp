#include "multipath/command/suggestion.h"

#include <algorithm>
#include <array>
#include <string_view>

#include <fmt/format.h>

#include "multipath/command/verbs.h"
#include "multipath/config/diagnostic.h"

namespace multipath {
namespace {

/// A command of multipathd's socket (multipathd(8)) and the command line that does the same here.
/// An empty word stands for any.
struct DaemonCommand {
  std::array<std::string_view, 3> words;
  std::string_view command;
};

constexpr std::array daemon_commands{
    DaemonCommand{{"list", "config"}, "multipath show config"},
    DaemonCommand{{"list", "wildcards"}, "multipath show wildcards"},
    DaemonCommand{{"list", "maps"}, "multipath show maps"},
    DaemonCommand{{"list", "multipaths"}, "multipath show maps"},
    DaemonCommand{{"list", "topology"}, "multipath show maps"},
    DaemonCommand{{"list", "paths"}, "multipath show paths"},
    DaemonCommand{{"list"}, "multipath show"},
    DaemonCommand{{"show", "topology"}, "multipath show maps"},
    DaemonCommand{{"show", "multipaths"}, "multipath show maps"},
    DaemonCommand{{"show", "multipath"}, "multipath show maps MAP"},
    DaemonCommand{{"show", "map"}, "multipath show maps MAP"},
    DaemonCommand{{"show", "path"}, "multipath show paths DEVICE"},
    DaemonCommand{{"show", "devices"}, "multipath show paths"},
    DaemonCommand{{"show", "blacklist"}, "multipath explain DEVICE"},
    DaemonCommand{{"show", "status"}, "multipath show metrics"},
    DaemonCommand{{"add", "path"}, "multipath event add MAJOR:MINOR` or `multipath apply"},
    DaemonCommand{{"add", "map"}, "multipath apply WWID"},
    DaemonCommand{{"remove", "path"}, "multipath event remove MAJOR:MINOR"},
    DaemonCommand{{"del", "path"}, "multipath event remove MAJOR:MINOR"},
    DaemonCommand{{"remove", "maps"}, "multipath flush --all"},
    DaemonCommand{{"del", "maps"}, "multipath flush --all"},
    DaemonCommand{{"remove", "map"}, "multipath flush MAP"},
    DaemonCommand{{"del", "map"}, "multipath flush MAP"},
    DaemonCommand{{"reload", "map"}, "multipath -r MAP"},
    DaemonCommand{{"resize", "map"}, "multipath resize MAP"},
    DaemonCommand{{"resize", "multipath"}, "multipath resize MAP"},
    DaemonCommand{{"switch", "map"}, "multipath switchgroup MAP GROUP"},
    DaemonCommand{{"switch", "multipath"}, "multipath switchgroup MAP GROUP"},
    DaemonCommand{{"fail", "path"}, "multipath fail DEVICE"},
    DaemonCommand{{"reinstate", "path"}, "multipath reinstate DEVICE"},
    DaemonCommand{{"suspend", "map"}, "dmsetup suspend MAP"},
    DaemonCommand{{"resume", "map"}, "dmsetup resume MAP"},
    DaemonCommand{{"disablequeueing"}, "multipath queue off MAP"},
    DaemonCommand{{"restorequeueing"}, "multipath queue on MAP"},
    DaemonCommand{{"reconfigure"}, "multipath apply"},
    DaemonCommand{{"help"}, "multipath --help"},
    DaemonCommand{{"?"}, "multipath --help"},
};

bool begins_with(const std::vector<std::string>& words, const DaemonCommand& command) {
  for (std::size_t i = 0; i < command.words.size() && !command.words[i].empty(); ++i) {
    if (i >= words.size() || words[i] != command.words[i]) return false;
  }
  return true;
}

const DaemonCommand* find_daemon_command(const std::vector<std::string>& words) {
  const auto* command = std::ranges::find_if(
      daemon_commands, [&](const DaemonCommand& known) { return begins_with(words, known); });
  return command == daemon_commands.end() ? nullptr : command;
}

std::string text_of(const DaemonCommand& command) {
  std::string text;
  for (const std::string_view word : command.words) {
    if (!word.empty()) text += fmt::format("{}{}", text.empty() ? "" : " ", word);
  }
  return text;
}

}  // namespace

std::string suggestion_for(const std::vector<std::string>& words) {
  if (words.empty()) return "";
  if (const DaemonCommand* command = find_daemon_command(words)) {
    return fmt::format("; `{}` does what multipathd's '{}' does", command->command,
                       text_of(*command));
  }
  std::vector<std::string_view> names;
  for (const VerbRow& verb : verbs()) names.emplace_back(verb.name);
  if (std::ranges::find(names, words.front()) != names.end()) return "";
  for (const DaemonCommand& command : daemon_commands) names.push_back(command.words.front());
  const std::string nearest = nearest_word(words.front(), names);
  if (nearest.empty()) return "";
  const DaemonCommand* command = find_daemon_command({nearest});
  return fmt::format("; did you mean `{}`?",
                     command != nullptr ? std::string(command->command) : "multipath " + nearest);
}

}  // namespace multipath
