#include "multipath/run/start_dependencies.h"

#include <array>
#include <ostream>
#include <sstream>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "multipath/command/verbs.h"
#include "multipath/teardown/execute_step.h"
#include "multipath/view/text.h"

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

/// Before all else: an array or a group that is put together from single paths keeps the map away.
/// What the host's configuration wants no map of, gets none. Nothing of it is data: it goes to stderr.
void make_maps(Context& context) {
  context.err << "started: multipath apply\n";
  Context aside{context.host,      context.err,       context.err,
                context.err_style, context.err_style, context.is_root};
  run_verb(aside, *find_verb("apply"), {});
}

}  // namespace

ExitStatus start_dependencies(Context& context) {
  constexpr std::chrono::seconds limit{120};
  if (!context.is_root) {
    context.err << "multipath clear-holders: only root can activate devices\n";
    return ExitStatus::not_found;
  }
  make_maps(context);
  for (const Activation& activation : activations()) {
    std::vector<std::string> argv = activation.argv;
    argv.front() = find_tool(context.host.tools, argv.front());
    if (argv.front().empty()) continue;
    const ToolRun run = context.host.tools.run(argv, limit);
    context.err << fmt::format("started: {}\n", fmt::join(activation.argv, " "));
    // A volume group with a missing disk fails, and the rest is there all the same.
    if (run.exit_status != 0 && !activation.quiet_failure)
      context.err << fmt::format("multipath clear-holders: {}: {}\n", activation.argv.front(),
                                 printable(first_line(run.errors)));
  }
  return ExitStatus::done;
}

}  // namespace multipath
