#include "multipath/run/start_dependencies.h"

#include <chrono>
#include <string>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "multipath/run/apply_run.h"
#include "multipath/teardown/execute_step.h"

namespace multipath {
namespace {

struct Activation {
  std::vector<std::string> argv;
  bool quiet_failure;  ///< "nothing there" is an error for this tool
};

/// Layer by layer, twice: an array may be on a volume, and a volume on an array.
std::vector<Activation> activations() {
  return {{{"udevadm", "settle", "--timeout=60"}, true},
          {{"modprobe", "--quiet", "bcache"}, true},
          {{"mdadm", "--assemble", "--scan"}, true},
          {{"udevadm", "settle", "--timeout=60"}, true},
          {{"vgchange", "-ay"}, false},
          {{"udevadm", "settle", "--timeout=60"}, true},
          {{"mdadm", "--assemble", "--scan"}, true},
          {{"vgchange", "-ay"}, false},
          {{"udevadm", "settle", "--timeout=60"}, true}};
}

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

}  // namespace

MadeMaps make_maps(Host& host, const Configuration& configuration,
                   const DiscoveryOptions& discovery_options, const Notices& notices) {
  host.device_mapper.driver_version();
  MadeMaps made;
  made.planned = plan_maps(host, {}, make_planning_options(host, discovery_options, {}),
                           discovery_options, NeedDeviceMapper::yes);
  made.outcomes = apply_planned(host, made.planned, configuration, notices);
  return made;
}

void activate_stacks(Host& host, const Notices& notices) {
  constexpr std::chrono::seconds limit{120};
  for (const Activation& activation : activations()) {
    std::vector<std::string> argv = activation.argv;
    argv.front() = find_tool(host.tools, argv.front());
    if (argv.front().empty()) continue;
    const ToolRun run = host.tools.run(argv, limit);
    notices.report(
        {Finding::Severity::note, "", fmt::format("started: {}", fmt::join(activation.argv, " "))});
    // A volume group with a missing disk fails, and the rest is there all the same.
    if (run.exit_status != 0 && !activation.quiet_failure)
      notices.report({Finding::Severity::error, activation.argv.front(), first_line(run.errors)});
  }
}

}  // namespace multipath
