#include <ostream>

#include <fmt/format.h>

#include "multipath/command/report.h"
#include "multipath/command/shared_options.h"
#include "multipath/command/usage_error.h"
#include "multipath/command/verbs.h"
#include "multipath/holders/graph.h"
#include "multipath/run/holder_targets.h"
#include "multipath/teardown/order.h"
#include "multipath/view/holder_tree.h"
#include "multipath/view/json_holders.h"
#include "multipath/view/text.h"

namespace multipath {
namespace {

struct HoldersOptions : SharedOptions {
  bool list = false;
  bool names = false;
  bool verbose = false;

  ShownFiles files() const { return verbose ? ShownFiles::all : ShownFiles::first; }

  Options declare() {
    Options options;
    declare_output(options);
    options.flag("list,l", list, "only the kernel names of the direct holders")
        .flag("verbose,v", verbose, "name every open file, not only the first three of a process")
        .flag("names,n", names, "the tree of kernel names alone")
        .arguments("DEVICE...", words, "");
    return options;
  }
};

void list_holders(Context& context, const HolderGraph& graph) {
  for (const std::size_t base : graph.bases) {
    for (const std::size_t upper : graph.nodes[base].used_by)
      context.out << printable(graph.nodes[upper].kname) << '\n';
  }
}

}  // namespace

ExitStatus run_holders(Context& context, const std::vector<std::string>& words) {
  HoldersOptions holders;
  Options options = holders.declare();
  options.parse(words);
  if (holders.help) {
    context.out << verb_help("holders",
                             "Shows what stands on devices: a tree of everything that uses them. "
                             "Changes nothing.",
                             options);
    return ExitStatus::done;
  }
  if (holders.words.empty()) throw UsageError("give the devices");
  const auto knames = find_holder_targets(context, holders.words);
  if (!knames) return ExitStatus::not_found;
  const HolderGraph graph = discover_holders(context.host, *knames);
  if (!holders.json) report(context, graph.findings, default_verbosity + 1);
  if (const auto levels = holder_levels(graph); !levels) {
    context.err << fmt::format("multipath holders: {}\n", printable(to_string(levels.error())));
    return ExitStatus::partial_failure;
  }
  if (holders.json) {
    context.out << json_of_holders(graph);
  } else if (holders.list) {
    list_holders(context, graph);
  } else {
    context.out << (holders.names ? render_holder_names(graph)
                                  : render_holder_tree(graph, context.out_style, holders.files()));
  }
  return ExitStatus::done;
}

}  // namespace multipath
