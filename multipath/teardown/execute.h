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

/// The opened mount namespaces in which a plan unmounts, by inode number.
using OpenNameSpaces = std::map<std::uint64_t, std::unique_ptr<MountNamespace>>;

enum class StepState : std::uint8_t { done, already_gone, failed, timed_out, not_started };
std::string_view to_string(StepState state);

struct StepOutcome {
  Step step;
  StepState state = StepState::not_started;
  std::string error;
  std::chrono::milliseconds took{0};
};

/// The parameters of a run.
struct Execution {
  std::chrono::milliseconds timeout{0};   ///< for the whole run; 0: only the limit of each step
  std::chrono::milliseconds watch{2000};  ///< how long to watch for devices that come back
  std::function<void(std::size_t, std::size_t, const Step&, const std::string&)>
      progress;                       ///< number, count, step, and "" or the reason to wait
  std::function<bool()> interrupted;  ///< called between steps
  std::function<void()> taken_down;   ///< called before the watch
  OpenNameSpaces name_spaces;         ///< from open_name_spaces()
};

/// The result of a run. `outcomes` lists all steps of the plan in order.
struct TeardownResult {
  std::vector<StepOutcome> outcomes;
  bool interrupted = false;
  std::vector<std::string> came_back;  ///< "dm-3 (vg0-data): made by ..."
  bool succeeded() const;
};

/// Executes the steps in order. Each step verifies that the device is still the planned device,
/// acts, and waits until the device is gone and the devices below have lost an opener. Stops at the
/// first failure. Leaves nothing suspended. Throws only on programming errors.
TeardownResult execute_teardown(const HolderGraph& graph, const std::vector<Step>& steps,
                                const Host& host, const Execution& execution);

/// Blockers for backup directories that are not safe for the signatures that the steps erase.
std::vector<Blocker> untrusted_backups(const std::vector<Step>& steps, const Host& host);

/// Blockers for tools that the steps require but the host lacks.
std::vector<Blocker> missing_tools(const std::vector<Step>& steps, const Host& host);

}  // namespace multipath
