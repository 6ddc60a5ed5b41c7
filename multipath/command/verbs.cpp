#include "multipath/command/verbs.h"

#include <algorithm>
#include <array>
#include <ostream>
#include <system_error>

#include <fmt/format.h>

#include "multipath/command/usage_error.h"
#include "multipath/command/word_hint.h"
#include "multipath/view/text.h"

namespace multipath {
namespace {

constexpr std::array table{
    VerbCommand{"show", "list maps or paths", run_show},
    VerbCommand{"plan", "say what would be done to each map, and why", run_plan},
    VerbCommand{"explain", "say why a disk, unit or map is multipathed, or why not", run_explain},
    VerbCommand{"apply", "make, change and rename maps as planned", run_apply},
    VerbCommand{"flush", "remove maps that are unused", run_flush},
    VerbCommand{"rename", "give a map another name", run_rename},
    VerbCommand{"resize", "give a map the size of its paths", run_resize},
    VerbCommand{"switchgroup", "make a group of a map the one in use", run_switchgroup},
    VerbCommand{"fail", "take a path out of use", run_fail},
    VerbCommand{"reinstate", "take a failed path into use again", run_reinstate},
    VerbCommand{"partitions", "make maps of a map's partitions", run_partitions},
    VerbCommand{"restore", "take paths that work again into use", run_restore},
    VerbCommand{"event", "look after a device that came, changed or went (udev)", run_event},
    VerbCommand{"queue", "let I/O wait, or fail, when no path works", run_queue},
    VerbCommand{"holders", "show what stands on devices", run_holders},
    VerbCommand{"clear-holders", "take down what stands on devices, in order", run_clear_holders},
    VerbCommand{"capture", "write down what the host answers, to replay it elsewhere", run_capture},
    VerbCommand{"diff", "say what changed between two captures of a host", run_diff},
    VerbCommand{"udev-map", "tell udev's rules about a map", run_udev_map},
    VerbCommand{"forget-pvs", "let LVM forget what it saw on the paths of a map", run_forget_pvs},
    VerbCommand{"check-config", "check multipath.conf, or another file", run_check_config},
};

ExitStatus status_of(const std::system_error& error) {
  const auto code = error.code();
  if (code == std::errc::permission_denied || code == std::errc::operation_not_permitted) {
    return ExitStatus::no_privilege;
  }
  if (code == std::errc::no_such_device || code == std::errc::no_such_file_or_directory ||
      code == std::errc::no_such_device_or_address) {
    return ExitStatus::no_device_mapper;
  }
  return code == std::errc::device_or_resource_busy ? ExitStatus::busy
                                                    : ExitStatus::partial_failure;
}

}  // namespace

std::span<const VerbCommand> verbs() { return table; }

const VerbCommand* find_verb(const std::string& name) {
  const auto* found =
      std::ranges::find_if(table, [&](const VerbCommand& verb) { return name == verb.name; });
  return found == table.end() ? nullptr : found;
}

std::string verbs_help() {
  std::string text;
  for (const VerbCommand& verb : table)
    text += fmt::format("  {:<20}  {}\n", verb.name, verb.summary);
  return text;
}

ExitStatus run_verb(Context& context, const VerbCommand& verb,
                    const std::vector<std::string>& words) {
  try {
    return verb.run(context, words);
  } catch (const UsageError& error) {
    std::vector<std::string> typed{verb.name};
    typed.insert(typed.end(), words.begin(), words.end());
    const std::string hint = word_hint(typed);
    context.err << (hint.empty()
                        ? fmt::format("multipath {}: {}; `multipath {} --help` says more\n",
                                      verb.name, printable(error.what()), verb.name)
                        : fmt::format("multipath {}: {}{}\n", verb.name, printable(error.what()),
                                      printable(hint)));
    return ExitStatus::usage;
  } catch (const std::system_error& error) {
    const ExitStatus status = status_of(error);
    context.err << fmt::format("multipath {}: {}{}\n", verb.name, printable(error.what()),
                               status == ExitStatus::no_privilege ? "; try it as root" : "");
    return status;
  }
}

}  // namespace multipath
