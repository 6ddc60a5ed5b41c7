// Prints the processor time of planning a teardown, the best of several rounds, for random stacks
// of growing size and for twenty stacked diamonds.
#include "multipath/teardown/teardown.h"

#include <algorithm>
#include <ctime>
#include <limits>
#include <random>

#include <fmt/format.h>

#include "tests/support/holder_world.h"

namespace {

using namespace multipath;

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

double processor_milliseconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}

void measure(const HolderGraph& graph, const char* what) {
  constexpr int rounds = 5;
  double best = std::numeric_limits<double>::max();
  std::size_t steps = 0;
  for (int round = 0; round < rounds; ++round) {
    const double begin = processor_milliseconds();
    const auto plan = plan_teardown(graph, {});
    best = std::min(best, processor_milliseconds() - begin);
    steps = plan ? plan->steps.size() : 0;
  }
  fmt::print("{} {} devices: {:.2f} ms, {:.2f} us a device, {} steps\n", what, graph.nodes.size(),
             best, best * 1000 / static_cast<double>(graph.nodes.size()), steps);
}

}  // namespace

int main() {
  for (const std::size_t count : {1'000, 10'000, 100'000})
    measure(random_stacks(count), "teardown");
  measure(diamonds(20), "diamonds");
}
