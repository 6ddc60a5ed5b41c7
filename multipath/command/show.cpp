#include <ostream>

#include <fmt/format.h>

#include "multipath/command/jobs.h"
#include "multipath/command/load_configuration.h"
#include "multipath/command/report.h"
#include "multipath/command/shared_options.h"
#include "multipath/command/show_config.h"
#include "multipath/command/usage_error.h"
#include "multipath/command/verbs.h"
#include "multipath/view/json.h"
#include "multipath/view/path_list_text.h"
#include "multipath/view/text.h"
#include "multipath/view/topology_text.h"

namespace multipath {
namespace {

struct ShowOptions : SharedOptions {
  bool no_io = false;

  Options declare() {
    Options options;
    declare_output(options);
    declare_questions(options);
    options.flag("no-io", no_io, "maps: only what the kernel knows; no path is touched")
        .arguments("maps|paths [DEVICE|MAP...]", words, "");
    return options;
  }
};

ExitStatus show_maps(Context& context, const ShowOptions& options,
                     const Configuration& configuration, const std::vector<Target>& targets) {
  const Listing listing = list_maps(context, targets, options.no_io ? Depth::recall : Depth::ask,
                                    options.questions(configuration));
  context.out << (options.json ? json_of_maps(listing.maps, listing.findings)
                               : render(listing.maps, context.out_style));
  if (!options.json) report(context, listing.findings, default_verbosity);
  return with_nothing_such(context, listing.nothing_such, ExitStatus::done);
}

ExitStatus show_paths(Context& context, const ShowOptions& options,
                      const Configuration& configuration, const std::vector<Target>& targets) {
  Discovery discovery = discover(context.host, configuration.hardware(),
                                 options.questions(configuration), NeedDeviceMapper::no);
  std::vector<bool> listed(targets.size());
  if (!targets.empty()) {
    std::erase_if(discovery.paths, [&](const Path& path) {
      bool wanted = false;
      for (std::size_t i = 0; i < targets.size(); ++i) {
        if (!targets[i].matches(path)) continue;
        wanted = true;
        listed[i] = true;
      }
      return !wanted;
    });
  }
  const std::vector<Finding> troubles = troubles_of(discovery.paths);
  if (options.json) {
    context.out << json_of_paths(discovery.paths, discovery.findings);
  } else {
    context.out << render_path_list(discovery.paths);
    report(context, discovery.findings, default_verbosity);
    report(context, troubles, default_verbosity);
  }
  std::vector<std::string> nothing_such;
  for (std::size_t i = 0; i < targets.size(); ++i) {
    if (!listed[i]) nothing_such.push_back(targets[i].word);
  }
  return with_nothing_such(context, nothing_such, ExitStatus::done);
}

}  // namespace

ExitStatus run_show(Context& context, const std::vector<std::string>& words) {
  if (!words.empty() && words.front() == "config")
    return run_show_config(context, {words.begin() + 1, words.end()});
  ShowOptions show;
  Options options = show.declare();
  options.parse(words);
  if (show.help) {
    context.out << verb_help(
        "show",
        "Lists maps with their paths, or all SCSI paths of the host; `show config`: the "
        "configuration in force.",
        options);
    return ExitStatus::done;
  }
  if (show.words.empty()) throw UsageError("maps or paths?");
  const std::string what = show.words.front();
  const std::vector<std::string> names(show.words.begin() + 1, show.words.end());
  if (what != "maps" && what != "paths")
    throw UsageError(fmt::format("there is no list of '{}'; maps and paths there are", what));
  const auto targets = find_targets(context, names);
  if (!targets) return ExitStatus::not_found;
  const auto configuration = load_configuration_or_tell(context, default_verbosity);
  if (!configuration) return ExitStatus::usage;
  return what == "maps" ? show_maps(context, show, *configuration, *targets)
                        : show_paths(context, show, *configuration, *targets);
}

}  // namespace multipath
