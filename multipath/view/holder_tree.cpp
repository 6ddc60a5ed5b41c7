#include "multipath/view/holder_tree.h"

#include <functional>
#include <vector>

#include <fmt/format.h>

#include "multipath/view/text.h"

namespace multipath {
namespace {

using Label = std::function<std::string(const Holder&)>;

/// The maximum indentation, in levels of 4 columns. Deeper nodes, which only a hostile host has,
/// are drawn at this depth with their level, so that the text does not grow with the square of the
/// depth.
constexpr std::size_t deepest = 32;

/// Draws without recursion: a hostile host may stack devices deeper than the call stack.
std::string draw(const HolderGraph& graph, const Label& label) {
  struct Line {
    std::size_t node;
    std::string indent;
    std::size_t depth;
    bool last;
  };
  std::string text;
  std::vector<bool> drawn(graph.nodes.size(), false);
  std::vector<Line> todo;
  for (std::size_t i = graph.nodes.size(); i-- > 0;) {
    if (graph.nodes[i].reach == Reach::path) todo.push_back({i, "", true, true});
  }
  for (auto base = graph.bases.rbegin(); base != graph.bases.rend(); ++base)
    todo.push_back({*base, "", 0, true});
  while (!todo.empty()) {
    const Line line = std::move(todo.back());
    todo.pop_back();
    const Holder& node = graph.nodes[line.node];
    const bool again = drawn[line.node];
    const std::string_view branch = line.depth == 0 ? "" : line.last ? "`-- " : "|-- ";
    const std::string level = line.depth > deepest ? fmt::format("(level {}) ", line.depth) : "";
    text += fmt::format("{}{}{}{}{}\n", line.indent, branch, level, label(node),
                        again ? "  (above)" : "");
    if (drawn[line.node]) continue;
    drawn[line.node] = true;
    const bool indents = line.depth > 0 && line.depth < deepest;
    const std::string indent = line.indent + (!indents ? "" : line.last ? "    " : "|   ");
    for (auto upper = node.used_by.rbegin(); upper != node.used_by.rend(); ++upper)
      todo.push_back({*upper, indent, line.depth + 1, upper == node.used_by.rbegin()});
  }
  return text;
}

std::string users_of(const HolderGraph& graph, const Holder& node, ShownFiles files) {
  std::string text;
  const auto add = [&](const std::string& user) { text += "  [" + printable(user) + "]"; };
  for (const HolderMount& mount : node.mounts) {
    if (mount.follows) continue;
    std::string user = fmt::format("{} on {}", mount.file_system, mount.mount_point);
    if (!mount.own_name_space)
      user += fmt::format(" in namespace {} of {}", mount.name_space, to_string(mount.seen_by));
    add(user);
  }
  if (!node.hidden_file_system.empty())
    add(node.hidden_file_system + " mounted in a hidden namespace");
  for (const HolderSwap& swap : node.swaps)
    add(swap.is_file ? "swap file " + swap.file : std::string("swap"));
  for (const OpenFiles& open : open_files_of(node.openers))
    add(fmt::format("{}: {}", users_text(open), files_text(open, files)));
  for (const NfsExport& shared : node.nfs_exports)
    add(fmt::format("NFS export {} to {}", shared.path, shared.client));
  for (const std::string& item : node.exports) add(item);
  if (!node.pool.empty()) add("zfs pool " + node.pool);
  if (!node.protection.empty()) add("protected: " + node.protection);
  if (node.reach == Reach::collateral) add("not on the named devices");
  for (const std::size_t lower : node.uses) {
    if (graph.nodes[lower].reach == Reach::leg)
      add("also on " + display_name(graph.nodes[lower]) + " (not named)");
  }
  return text;
}

std::string label_of(const HolderGraph& graph, const Holder& node, ShownFiles files) {
  std::string text = printable(node.kname);
  if (!node.dm_name.empty()) text += " " + printable(node.dm_name);
  text += fmt::format("  {}", dev_type(node.kind));
  if (!node.what.empty()) text += "  " + printable(node.what);
  if (node.reach == Reach::path) text += "  " + printable(node.path_of);
  text += "  " + size_text(node.size_sectors);
  return text + users_of(graph, node, files);
}

}  // namespace

std::string render_holder_tree(const HolderGraph& graph, Style style, ShownFiles files) {
  return draw(graph, [&](const Holder& node) {
    const std::string text = label_of(graph, node, files);
    const bool marked = style == Style::terminal && !node.protection.empty();
    return marked ? "\x1b[1m" + text + "\x1b[0m" : text;
  });
}

std::string render_holder_names(const HolderGraph& graph) {
  return draw(graph, [](const Holder& node) { return printable(node.kname); });
}

}  // namespace multipath
