// Prints what planning a teardown costs: for random stacks of more and more devices, and for twenty diamonds on one
// another. "teardown DEVICES MILLISECONDS MICROSECONDS-A-DEVICE".
#include "multipath/teardown/teardown.h"

#include <chrono>
#include <random>

#include <fmt/format.h>

#include "tests/support/holder_world.h"

namespace {

using namespace multipath;
using Clock = std::chrono::steady_clock;

Holder device(std::size_t i, Reach reach) {
  Holder node;
  node.kname = fmt::format("dm-{}", i);
  node.dm_name = node.kname;
  node.dm_table = "0 1 linear 8:0 0";
  node.kind = HolderKind::linear;
  node.reach = reach;
  return node;
}

HolderGraph random_stacks(std::size_t count) {
  std::mt19937 random(1);
  HolderGraph graph;
  const std::size_t bases = count / 100;
  for (std::size_t i = 0; i < count; ++i) {
    graph.nodes.push_back(device(i, i < bases ? Reach::base : Reach::above));
    if (i < bases) {
      graph.bases.push_back(i);
      continue;
    }
    for (unsigned n = 0; n <= random() % 3; ++n) graph.link(i, random() % i);
  }
  return graph.in_order();
}

HolderGraph diamonds(std::size_t count) {
  tests::GraphMaker maker;
  maker.add("sda");
  std::string lower = "sda";
  for (std::size_t i = 0; i < count; ++i) {
    const std::string left = fmt::format("dm-{}", 3 * i);
    const std::string right = fmt::format("dm-{}", 3 * i + 1);
    maker.add(left, {lower});
    maker.add(right, {lower});
    lower = fmt::format("dm-{}", 3 * i + 2);
    maker.add(lower, {left, right});
  }
  maker.base("sda");
  return maker.graph();
}

void measure(const HolderGraph& graph, const char* what) {
  const auto begin = Clock::now();
  const auto plan = plan_teardown(graph, {});
  const std::chrono::duration<double, std::milli> took = Clock::now() - begin;
  fmt::print("{} {} {:.2f} ms, {:.2f} us a device, {} steps\n", what, graph.nodes.size(),
             took.count(), took.count() * 1000 / static_cast<double>(graph.nodes.size()),
             plan ? plan->steps.size() : 0);
}

}  // namespace

int main() {
  for (const std::size_t count : {1'000, 10'000, 100'000})
    measure(random_stacks(count), "teardown");
  measure(diamonds(20), "diamonds");
}
