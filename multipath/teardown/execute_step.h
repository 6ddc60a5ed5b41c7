#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <string>

#include "multipath/host/host.h"
#include "multipath/teardown/execute.h"

namespace multipath {

/// Executes one step on the host.
class StepRun {
 public:
  /// `name_space` is the namespace of an unmount in another namespace. `wait` is called repeatedly
  /// with the reason to wait.
  StepRun(const HolderGraph& graph, const Step& step, const Host& host, MountNamespace* name_space,
          Clock::TimePoint deadline, std::function<void(const std::string&)> wait)
      : graph_(graph),
        step_(step),
        host_(host),
        name_space_(name_space),
        deadline_(deadline),
        wait_(std::move(wait)) {}

  StepOutcome run();

 private:
  struct Failure {
    StepState state;
    std::string error;
  };

  const Holder& node() const { return graph_.nodes[step_.node]; }
  void require_same_device(std::size_t index) const;
  Presence presence() const;
  bool is_gone() const { return presence() == Presence::absent; }
  std::string reason_to_wait() const;
  std::string printable_subject() const;
  void act();
  void pause(std::chrono::milliseconds time) const;
  std::chrono::milliseconds time_left() const;
  void unmount_elsewhere();
  void wipe();
  void run_wipefs(const std::string& home, const char* more);
  std::string signatures_left();
  void run_tool(const std::vector<std::string>& command);
  std::optional<Failure> try_tool(const std::vector<std::string>& command);
  void remove_map(const Holder& holder);
  void deactivate_group();
  void stop_bcache();
  void write_stop(const std::string& attribute);
  void flush_map();
  void interrupt_sync();
  void wait_for_openers();
  void wait_until(const std::function<bool()>& reached, const std::string& what);
  std::map<std::size_t, std::int32_t> open_counts() const;

  const HolderGraph& graph_;
  const Step& step_;
  const Host& host_;
  MountNamespace* name_space_;
  Clock::TimePoint deadline_;
  std::function<void(const std::string&)> wait_;
  std::map<std::size_t, std::int32_t> before_;
  bool done_ = false;  ///< the kernel or the tool reported success
};

/// The absolute path of a tool; empty if the host lacks the tool.
std::string find_tool(ToolRunner& tools, const std::string& name);

}  // namespace multipath
