#pragma once

#include <span>
#include <string>
#include <vector>

#include "multipath/command/context.h"
#include "multipath/command/exit_status.h"

namespace multipath {

/// A job in words: "multipath flush mpatha".
struct VerbCommand {
  const char* name;
  const char* summary;
  ExitStatus (*run)(Context& context, const std::vector<std::string>& words);
};

/// In the order of the help.
std::span<const VerbCommand> verbs();
const VerbCommand* find_verb(const std::string& name);

/// A line for each.
std::string verbs_help();

ExitStatus run_show(Context& context, const std::vector<std::string>& words);
ExitStatus run_plan(Context& context, const std::vector<std::string>& words);
ExitStatus run_explain(Context& context, const std::vector<std::string>& words);
ExitStatus run_apply(Context& context, const std::vector<std::string>& words);
ExitStatus run_flush(Context& context, const std::vector<std::string>& words);
ExitStatus run_rename(Context& context, const std::vector<std::string>& words);
ExitStatus run_resize(Context& context, const std::vector<std::string>& words);
ExitStatus run_switchgroup(Context& context, const std::vector<std::string>& words);
ExitStatus run_fail(Context& context, const std::vector<std::string>& words);
ExitStatus run_reinstate(Context& context, const std::vector<std::string>& words);
ExitStatus run_partitions(Context& context, const std::vector<std::string>& words);
ExitStatus run_restore(Context& context, const std::vector<std::string>& words);
ExitStatus run_event(Context& context, const std::vector<std::string>& words);
ExitStatus run_queue(Context& context, const std::vector<std::string>& words);
ExitStatus run_udev_map(Context& context, const std::vector<std::string>& words);
ExitStatus run_forget_pvs(Context& context, const std::vector<std::string>& words);
ExitStatus run_holders(Context& context, const std::vector<std::string>& words);
ExitStatus run_check_config(Context& context, const std::vector<std::string>& words);
ExitStatus run_capture(Context& context, const std::vector<std::string>& words);
ExitStatus run_diff(Context& context, const std::vector<std::string>& words);
ExitStatus run_clear_holders(Context& context, const std::vector<std::string>& words);

/// Runs a verb and turns what it throws into a message and a status.
ExitStatus run_verb(Context& context, const VerbCommand& verb,
                    const std::vector<std::string>& words);

}  // namespace multipath
