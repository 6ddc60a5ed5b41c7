#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "multipath/teardown/teardown.h"

namespace multipath {

struct Host;
class MountNamespace;

/// The mount namespaces in which a plan unmounts, each kept reachable, by inode number.
using HeldNameSpaces = std::map<std::uint64_t, std::unique_ptr<MountNamespace>>;

enum class StepState : std::uint8_t { done, already_gone, failed, timed_out, not_started };
std::string_view to_string(StepState state);

struct StepOutcome {
  Step step;
  StepState state = StepState::not_started;
  std::string error;
  std::chrono::milliseconds took{0};
};

/// How the run behaves.
struct Execution {
  std::chrono::milliseconds timeout{0};   ///< for the whole run; 0: no limit but each step's
  std::chrono::milliseconds watch{2000};  ///< afterwards, for what comes back
  std::function<void(std::size_t, std::size_t, const Step&, const std::string&)>
      progress;                       ///< number, of how many, what, "" or what it waits for
  std::function<bool()> interrupted;  ///< asked between steps
  std::function<void()> taken_down;   ///< called before the watch
  HeldNameSpaces name_spaces;         ///< of hold_name_spaces()
};

/// What a run came to. `outcomes` has every step of the plan in its order.
struct TeardownResult {
  std::vector<StepOutcome> outcomes;
  bool interrupted = false;
  std::vector<std::string> came_back;  ///< "dm-3 (vg0-data): made by ..."
  bool succeeded() const;
};

/// Takes the steps one by one: is the device still the one that was planned, act, wait until it is
/// gone and what it stood on has lost an opener. Stops at the first that fails; nothing is left
/// suspended. Throws nothing but what is this program's own fault.
TeardownResult execute_teardown(const HolderGraph& graph, const std::vector<Step>& steps,
                                const Host& host, const Execution& execution);

/// Opens the mount namespaces in which the steps unmount: from then on it does not matter when the
/// processes end by which they were seen. `blockers` gets those that cannot be entered.
HeldNameSpaces hold_name_spaces(const HolderGraph& graph, const std::vector<Step>& steps,
                                const Host& host, std::vector<Blocker>& blockers);

/// Why the signatures that the steps erase cannot be saved, as blockers.
std::vector<Blocker> distrusted_backups(const std::vector<Step>& steps, const Host& host);

/// Tools that the steps need and the host does not have, each as a blocker.
std::vector<Blocker> missing_tools(const std::vector<Step>& steps, const Host& host);

}  // namespace multipath
