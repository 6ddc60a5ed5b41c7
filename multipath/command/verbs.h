#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "multipath/command/verb.h"

namespace multipath {

/// `multipath flush mpatha`: every verb, in the order of the help. Help, usage, completion and the
/// manual's list of verbs are made from these rows, or tested against them.
std::span<const VerbRow> verbs();
const VerbRow* find_verb(std::string_view name);

/// A line for each verb.
std::string verbs_help();

// Each verb is defined in its own file, and named by its row in verbs.cpp.
std::unique_ptr<VerbCommand> show_verb();
std::unique_ptr<VerbCommand> plan_verb();
std::unique_ptr<VerbCommand> explain_verb();
std::unique_ptr<VerbCommand> apply_verb();
std::unique_ptr<VerbCommand> flush_verb();
std::unique_ptr<VerbCommand> rename_verb();
std::unique_ptr<VerbCommand> resize_verb();
std::unique_ptr<VerbCommand> switchgroup_verb();
std::unique_ptr<VerbCommand> fail_verb();
std::unique_ptr<VerbCommand> reinstate_verb();
std::unique_ptr<VerbCommand> partitions_verb();
std::unique_ptr<VerbCommand> restore_verb();
std::unique_ptr<VerbCommand> event_verb();
std::unique_ptr<VerbCommand> queue_verb();
std::unique_ptr<VerbCommand> holders_verb();
std::unique_ptr<VerbCommand> clear_holders_verb();
std::unique_ptr<VerbCommand> capture_verb();
std::unique_ptr<VerbCommand> diff_verb();
std::unique_ptr<VerbCommand> udev_map_verb();
std::unique_ptr<VerbCommand> forget_pvs_verb();
std::unique_ptr<VerbCommand> check_config_verb();

}  // namespace multipath
