#include <array>
#include <ostream>

#include <fmt/format.h>

#include "multipath/command/options.h"
#include "multipath/command/report.h"
#include "multipath/command/verbs.h"
#include "multipath/discovery/unit_paths.h"
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

  void declare(Options& options) {
    declare_output(options);
    options.flag("list,l", list, "print only the kernel names of direct holders")
        .flag("verbose,v", verbose, "list every open file, not only the first three of a process")
        .flag("names,n", names, "print the tree of kernel names only");
  }

  void check() const {
    if (list + names + json > 1) throw UsageError("--list, --names and --json cannot be combined");
  }
};

void list_holders(Context& context, const HolderGraph& graph) {
  for (const std::size_t base : graph.bases) {
    for (const std::size_t upper : graph.nodes[base].used_by)
      context.out << printable(graph.nodes[upper].kname) << '\n';
  }
}

ExitStatus run(Context& context, const HoldersOptions& holders) {
  const auto knames = find_knames(context, holders, holders.words);
  if (!knames) return ExitStatus::not_found;
  const HolderGraph graph = discover_holders(context.host, *knames);
  if (!holders.json) report(context, graph.findings, Verbosity::everything);
  if (const auto levels = holder_levels(graph); !levels) {
    const Finding failure{Finding::Severity::error, "holders", to_string(levels.error())};
    return report_failure(context, holders, std::array{failure}, ExitStatus::partial_failure);
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

}  // namespace

std::unique_ptr<VerbCommand> holders_verb() { return verb_command<HoldersOptions>(run); }

}  // namespace multipath
